//! Has the server compiled again when the site that it carries inside has changed.

fn main() {
    println!("cargo:rerun-if-changed=../target/site");
    println!("cargo:rerun-if-changed=demo");
}
