//! Pieces of texts beside the texts they are of.

use fuzz::Random;

use super::*;

const TEXT: &str = "a:
  b: [1, { c: x }]
  'd e':
    - f: \"1\"
      g: |
        text: of
          lines

        # no comment
    - - h
      - i: ~
    # a comment
  j: one
    two
k:
- l: {}
- 'm'
- >-
  folded
  text
n: { o: p }
";
const PIECES: [&str; 24] = [
    "a", " ", "\n", "  ", "\n  ", "\"", "'", "{", "}", "[", "]", ",", ":", ": ", "- ", "#", " #", "|", "&a ",
    "*a", "\t", "%", "?", "---\n",
];

/// What a piece is said to be holds for the text.
#[test]
fn what_a_part_of_yaml_says_is_so_for_all_of_it() {
    let mut random = Random::new(5);
    let (mut read, mut broken) = (0, 0);
    for _ in 0..6_000 {
        let mut text = TEXT.to_owned();
        let at = random.below(text.len());
        let gone = random.below(4).min(text.len() - at);
        text.replace_range(at..at + gone, PIECES[random.below(PIECES.len())]);
        let mut file = File::parse("a.yaml", TEXT.into()).unwrap();
        let text: Arc<str> = text.into();
        let edit = Difference::between(&file.text, &text);
        let whole = File::parse("a.yaml", Arc::clone(&text));
        match file.piece_of_yaml(&text, edit) {
            None | Some(Piece::Whole) => {}
            Some(Piece::Unreadable(fault)) => {
                assert!(whole.is_err(), "{fault:?} of\n{text}");
                broken += 1;
            }
            Some(Piece::Read { .. }) => {
                let whole = whole.unwrap_or_else(|fault| panic!("{fault:?} of\n{text}"));
                let Spliced::Changed(_) = file.splice(&text) else { panic!("it was read a moment ago") };
                assert_eq!(format!("{:?}", file.root), format!("{:?}", whole.root), "of\n{text}");
                read += 1;
            }
        }
    }
    assert!(read > 1_000 && broken > 300, "{read} were read and {broken} could not be");
}
