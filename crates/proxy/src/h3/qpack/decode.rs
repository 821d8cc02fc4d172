//! Reads compressed fields (RFC 9204 §4.5).

use super::table::{self, STATIC};
use crate::h2::hpack::{BadBlock, Line, integer, string};

/// Reads a section of fields, each of which is told.
///
/// # Errors
/// What is compressed wrong, or refers to a table that is not there: the connection cannot go on.
pub(crate) fn decode(mut block: &[u8], mut tell: impl FnMut(Line<'_>)) -> Result<(), BadBlock> {
    // How much of the table it needs: nothing. What its numbers count from then means nothing, but may not be before that (RFC 9204
    // §4.5.1.2).
    if integer(&mut block, 8)? != 0 || block.first().is_some_and(|base| base & 0x80 != 0) {
        return Err(BadBlock);
    }
    integer(&mut block, 7)?;
    let (mut name, mut value) = (Vec::new(), Vec::new());
    while let Some(first) = block.first().copied() {
        value.clear();
        if first & 0xc0 == 0xc0 {
            let number = integer(&mut block, 6)?;
            let (name, value) = *STATIC.get(number).ok_or(BadBlock)?;
            let is_good = !name.starts_with(':');
            let (name, value) = (name.as_bytes(), value.as_bytes());
            tell(Line { name, value, known: table::known(number), is_good });
        } else if first & 0xd0 == 0x50 {
            let number = integer(&mut block, 4)?;
            let name = STATIC.get(number).ok_or(BadBlock)?.0.as_bytes();
            string(&mut block, 7, &mut value)?;
            tell(Line { name, value: &value, known: None, is_good: false });
        } else if first & 0xe0 == 0x20 {
            name.clear();
            string(&mut block, 3, &mut name)?;
            string(&mut block, 7, &mut value)?;
            tell(Line { name: &name, value: &value, known: None, is_good: false });
        } else {
            return Err(BadBlock);
        }
    }
    Ok(())
}
