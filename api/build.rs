//! Embeds the dashboard anew when it was built anew. The folder is always there, if only with a `.gitkeep`: cargo would
//! take a path that does not exist for one that has changed, and build each time.
fn main() {
    println!("cargo::rerun-if-changed=../web/dist");
}
