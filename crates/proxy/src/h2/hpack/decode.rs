//! Reads compressed fields (RFC 7541 §3, §6).

use head::Known;

use super::{
    BadBlock, TABLE, huffman,
    table::{self, Entry, STATIC, Table},
};

/// What one side of a connection has sent so far, as far as what follows may refer to it.
pub(crate) struct Decoder {
    table: Table,
    name: Vec<u8>,
    value: Vec<u8>,
}

/// A field as it came.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: &'a [u8],
    /// What it is, where it was checked.
    pub(crate) known: Option<Known>,
    /// Whether it was checked already: it is in a table.
    pub(crate) is_good: bool,
}

impl Decoder {
    pub(crate) fn new() -> Decoder {
        Decoder { table: Table::new(TABLE), name: Vec::new(), value: Vec::new() }
    }

    /// Reads a block of fields, each of which is told. Whatever they are, all are read: what follows may refer to them.
    ///
    /// # Errors
    /// What is compressed wrong; nothing that follows can be read then.
    pub(crate) fn decode(
        &mut self,
        mut block: &[u8],
        mut tell: impl FnMut(Line<'_>),
    ) -> Result<(), BadBlock> {
        let mut began = false;
        while let Some(first) = block.first().copied() {
            if first & 0x80 != 0 {
                let number = integer(&mut block, 7)?;
                tell(self.line(number)?);
            } else if first & 0xc0 == 0x40 {
                let number = integer(&mut block, 6)?;
                self.literal(number, &mut block)?;
                let (name, value) = (&*self.name, &*self.value);
                let known = Known::of(name);
                // Of pseudo-headers each is looked at where it is read.
                let is_good = checked(name, value);
                tell(Line { name, value, known, is_good });
                self.table.add(Entry::new(name, value, known, is_good, 0));
            } else if first & 0xe0 == 0x20 {
                // Only before the first field (RFC 7541 §4.2), and not beyond what was offered.
                let size = integer(&mut block, 5)?;
                if began || size > TABLE {
                    return Err(BadBlock);
                }
                self.table.resize(size);
                continue;
            } else {
                // Without indexing, or never to be indexed.
                let number = integer(&mut block, 4)?;
                self.literal(number, &mut block)?;
                tell(Line { name: &self.name, value: &self.value, known: None, is_good: false });
            }
            began = true;
        }
        Ok(())
    }

    /// The field of a number (RFC 7541 §2.3.3).
    fn line(&self, number: usize) -> Result<Line<'_>, BadBlock> {
        let at = number.checked_sub(1).ok_or(BadBlock)?;
        if let Some((name, value)) = STATIC.get(at) {
            let (name, value) = (name.as_bytes(), value.as_bytes());
            return Ok(Line { name, value, known: table::known(number), is_good: name[0] != b':' });
        }
        let entry = self.table.get(at - STATIC.len()).ok_or(BadBlock)?;
        let (name, value) = (entry.name(), entry.value());
        Ok(Line { name, value, known: entry.known, is_good: entry.is_good })
    }

    /// Reads a literal whose name has this number, 0 where it is a literal too.
    fn literal(&mut self, number: usize, block: &mut &[u8]) -> Result<(), BadBlock> {
        self.name.clear();
        self.value.clear();
        if number == 0 {
            string(block, 7, &mut self.name)?;
        } else {
            let mut name = std::mem::take(&mut self.name);
            name.extend_from_slice(self.line(number)?.name);
            self.name = name;
        }
        string(block, 7, &mut self.value)
    }
}

/// Whether a field that is no pseudo-header can be one of a message (RFC 9113 §8.2.1).
fn checked(name: &[u8], value: &[u8]) -> bool {
    head::Headers::is_good_line(name, value)
}

/// Reads a number that begins in the lowest bits of the first byte (RFC 7541 §5.1).
pub(crate) fn integer(block: &mut &[u8], bits: u32) -> Result<usize, BadBlock> {
    let (first, mut rest) = block.split_first().ok_or(BadBlock)?;
    let most = (1_usize << bits) - 1;
    let mut number = usize::from(*first) & most;
    if number == most {
        let mut shift = 0;
        loop {
            let (byte, after) = rest.split_first().ok_or(BadBlock)?;
            rest = after;
            // Nothing here is larger than a frame; what is longer is an attack.
            if shift > 21 {
                return Err(BadBlock);
            }
            number += usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
    }
    *block = rest;
    Ok(number)
}

/// Reads a string (RFC 7541 §5.2) whose length begins in the lowest bits of the first byte, appending it.
pub(crate) fn string(block: &mut &[u8], bits: u32, out: &mut Vec<u8>) -> Result<(), BadBlock> {
    let is_huffman = block.first().ok_or(BadBlock)? & (1 << bits) != 0;
    let length = integer(block, bits)?;
    let (text, rest) = block.split_at_checked(length).ok_or(BadBlock)?;
    *block = rest;
    if is_huffman {
        return huffman::decode(text, out);
    }
    out.extend_from_slice(text);
    Ok(())
}
