//! Pace: who reads an answer or sends a file must get on with it. A client that stops, or goes on by a byte now and then, holds
//! memory and a connection that others need.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// Bytes that win back a second of patience: slower than any line that somebody works over.
const BYTES_PER_SECOND: f64 = 4_096.0;

/// How much longer somebody is waited for. Waiting uses patience up, and what comes or goes wins it back.
#[derive(Debug)]
pub(crate) struct Pace {
    most: Duration,
    left: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

/// Somebody has used up all patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the other side was too slow")]
pub(crate) struct TooSlow;

impl From<TooSlow> for io::Error {
    fn from(slow: TooSlow) -> Self {
        Self::new(io::ErrorKind::TimedOut, slow)
    }
}

impl Pace {
    /// Waits for so long at most while nothing moves.
    pub(crate) fn new(most: Duration) -> Self {
        Self { most, left: most, waiting: None }
    }

    /// Takes account of a try to move something: how many bytes moved, if it was not in vain.
    pub(crate) fn poll<T>(
        &mut self,
        context: &mut Context<'_>,
        tried: Poll<T>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Poll<Result<T, TooSlow>> {
        match tried {
            Poll::Ready(moved) => {
                if let Some((since, _)) = self.waiting.take() {
                    self.left = self.left.saturating_sub(since.elapsed());
                }
                let won = Duration::from_secs_f64(bytes(&moved) as f64 / BYTES_PER_SECOND);
                self.left = Ord::min(self.left.saturating_add(won), self.most);
                Poll::Ready(Ok(moved))
            }
            Poll::Pending => {
                let left = self.left;
                let (_, until) = self.waiting.get_or_insert_with(|| {
                    let now = Instant::now();
                    (now, Box::pin(sleep_until(now + left)))
                });
                until.as_mut().poll(context).map(|()| Err(TooSlow))
            }
        }
    }
}

/// A connection that is broken off when its other side takes in too slowly what is written.
#[derive(Debug)]
pub(crate) struct PacedWrites<S> {
    stream: S,
    pace: Pace,
}

impl<S> PacedWrites<S> {
    /// Waits for the other side for so long at most while it takes nothing.
    pub(crate) fn new(stream: S, patience: Duration) -> Self {
        Self { stream, pace: Pace::new(patience) }
    }

    fn paced(&mut self, context: &mut Context<'_>, tried: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let bytes = |written: &io::Result<usize>| written.as_ref().map_or(0, |bytes| *bytes);
        self.pace.poll(context, tried, bytes).map(|outcome| outcome?)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PacedWrites<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PacedWrites<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.paced(context, tried)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.paced(context, tried)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::sleep;

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(200);

    /// Writes a megabyte to somebody who takes so many bytes every so often.
    async fn written_to(bytes: usize, every: Duration) -> io::Result<()> {
        let (ours, mut theirs) = duplex(8 * 1024);
        let reading = tokio::spawn(async move {
            let mut taken = vec![0; bytes];
            loop {
                sleep(every).await;
                if theirs.read(&mut taken).await.is_ok_and(|read| read == 0) {
                    return;
                }
            }
        });
        let written = PacedWrites::new(ours, PATIENCE).write_all(&vec![7; 1024 * 1024]).await;
        reading.abort();
        written
    }

    #[tokio::test]
    async fn who_reads_is_waited_for_and_who_stops_is_not() {
        assert!(written_to(64 * 1024, Duration::from_millis(1)).await.is_ok());
        let stopped = written_to(64 * 1024, Duration::from_secs(3_600)).await;
        assert_eq!(stopped.map_err(|error| error.kind()), Err(io::ErrorKind::TimedOut));
    }

    #[tokio::test]
    async fn who_takes_a_byte_now_and_then_is_not_waited_for_either() {
        let began = Instant::now();
        let trickle = written_to(1, Duration::from_millis(20)).await;
        assert_eq!(trickle.map_err(|error| error.kind()), Err(io::ErrorKind::TimedOut));
        assert!(began.elapsed() < Duration::from_secs(60), "a megabyte would take hours");
    }
}
