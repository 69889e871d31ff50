//! Sizes of files.

/// A number of bytes in its largest unit, as people know it: `812 B`, `1.5 MB`. A MB has 1,048,576 bytes.
pub(crate) fn size(bytes: u64) -> String {
    let mut unit = 1_u64;
    for name in ["B", "kB", "MB", "GB"] {
        if bytes < unit * 1_024 || name == "GB" {
            let whole = bytes / unit;
            let tenths = bytes % unit * 10 / unit;
            return if name == "B" || whole >= 100 {
                format!("{whole} {name}")
            } else {
                format!("{whole}.{tenths} {name}")
            };
        }
        unit *= 1_024;
    }
    format!("{bytes} B")
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read_at_a_glance() {
        let sizes = [0, 812, 1_024, 1_600_000, 300_000_000, 3 << 40].map(size);
        assert_eq!(sizes, ["0 B", "812 B", "1.0 kB", "1.5 MB", "286 MB", "3072 GB"]);
    }
}
