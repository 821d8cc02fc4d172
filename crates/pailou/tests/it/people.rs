//! Members, roles and service tokens by the command line: the guide's page, line by line.

use crate::{
    kit::{folder, serve},
    walk::walk,
};

#[test]
fn the_commands_of_the_guide_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert!(walk("people.md", &platform) > 12);
}
