//! Contracts in the making, by the command line.

use crate::{
    kit::{folder, serve},
    walk::walk,
};

#[test]
fn the_commands_of_the_page_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert!(walk("../contracts/design.md", &platform) > 8);
}
