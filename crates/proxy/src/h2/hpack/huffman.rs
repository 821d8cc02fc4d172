//! The code that text is compressed by (RFC 7541 §5.2, §B).

use super::BadBlock;

/// How long the code of each byte is. The codes follow from that: they are counted up from the shortest, byte by byte.
#[rustfmt::skip]
const LENGTHS: [u8; 256] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7,
    7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21,
    23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24,
    21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
];
/// The longest code.
const LONGEST: usize = 30;
/// Bits that the first table looks at: all codes of letters, digits and most marks are as short.
const FIRST: u32 = 8;

/// Codes up to [`FIRST`] bits, by what begins with them: the byte, and how long its code is; 0 for longer codes.
static SHORT: [(u8, u8); 1 << FIRST] = CODES.0;
/// All bytes, by the length of their codes.
static SORTED: [u8; 256] = CODES.1;
/// For every length: the first code that is longer, its bits on the left of 32; and what turns a code into a place in [`SORTED`].
static LIMITS: [(u64, i64); LONGEST + 1] = CODES.2;

type Codes = ([(u8, u8); 1 << FIRST], [u8; 256], [(u64, i64); LONGEST + 1]);

const CODES: Codes = {
    let mut short = [(0, 0); 1 << FIRST];
    let mut sorted = [0; 256];
    let mut limits = [(0, 0); LONGEST + 1];
    let (mut code, mut place, mut length) = (0_u64, 0_usize, 1_usize);
    while length <= LONGEST {
        code <<= 1;
        limits[length].1 = place as i64 - code as i64;
        let mut byte = 0;
        while byte < 256 {
            if LENGTHS[byte] as usize == length {
                sorted[place] = byte as u8;
                if length <= FIRST as usize {
                    let from = (code as usize) << (FIRST as usize - length);
                    let mut at = from;
                    while at < from + (1 << (FIRST as usize - length)) {
                        short[at] = (byte as u8, length as u8);
                        at += 1;
                    }
                }
                place += 1;
                code += 1;
            }
            byte += 1;
        }
        limits[length].0 = code << (32 - length);
        length += 1;
    }
    (short, sorted, limits)
};

/// Decodes text, appending it.
///
/// # Errors
/// A code that stands for nothing, or an end that is not of ones alone, or is longer than a byte (RFC 7541 §5.2).
pub(super) fn decode(text: &[u8], out: &mut Vec<u8>) -> Result<(), BadBlock> {
    // No code is shorter than 5 bits.
    out.reserve(text.len() * 8 / 5 + 1);
    let (mut bits, mut count) = (0_u64, 0_u32);
    let mut bytes = text.iter();
    loop {
        while count <= 56 {
            let Some(byte) = bytes.next() else { break };
            bits |= u64::from(*byte) << (56 - count);
            count += 8;
        }
        if count < FIRST && bytes.len() == 0 {
            break;
        }
        let (byte, length) = SHORT[(bits >> (64 - FIRST)) as usize];
        let (byte, length) = if length > 0 { (byte, u32::from(length)) } else { long(bits)? };
        if length > count {
            return Err(BadBlock);
        }
        out.push(byte);
        bits <<= length;
        count -= length;
    }
    // Fewer than eight bits are left: codes that fit, then ones.
    loop {
        let (byte, length) = SHORT[(bits >> (64 - FIRST)) as usize];
        let length = u32::from(length);
        if length == 0 || length > count {
            break;
        }
        out.push(byte);
        bits <<= length;
        count -= length;
    }
    let ones = !(u64::MAX.checked_shr(count).unwrap_or(0));
    if bits == ones { Ok(()) } else { Err(BadBlock) }
}

/// A code longer than the first table knows.
fn long(bits: u64) -> Result<(u8, u32), BadBlock> {
    let code = bits >> 32;
    for (length, (limit, offset)) in LIMITS.iter().enumerate().skip(FIRST as usize + 1) {
        if code < *limit {
            let place = (code >> (32 - length)) as i64 + offset;
            return SORTED.get(place as usize).map(|byte| (*byte, length as u32)).ok_or(BadBlock);
        }
    }
    // The end of the string is no part of it.
    Err(BadBlock)
}

#[cfg(test)]
pub(super) fn encode(text: &[u8]) -> Vec<u8> {
    let code = |byte: u8| {
        let length = LENGTHS[usize::from(byte)];
        let place = SORTED.iter().position(|other| *other == byte).unwrap();
        (place as i64 - LIMITS[usize::from(length)].1, length)
    };
    let mut bits = Vec::new();
    for byte in text {
        let (code, length) = code(*byte);
        bits.extend((0..length).rev().map(|bit| (code >> bit & 1) as u8));
    }
    bits.resize(bits.len().next_multiple_of(8), 1);
    bits.chunks(8).map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}
