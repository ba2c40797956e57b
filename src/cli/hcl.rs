//! Terraform's configuration as text, laid out as `terraform fmt` does.
//!
//! `hcl-edit` writes the values: it knows what to quote and to escape. It does not align, so the lines
//! are laid out here.

use hcl_edit::Ident;
use hcl_edit::expr::Expression;

const INDENT: &str = "  ";
/// Longest line of a comment, in characters.
const COMMENT_MAX: usize = 98;

/// A part of a file or of a block.
#[derive(Debug)]
pub(super) enum Item {
    /// A paragraph, broken into lines.
    Comment(String),
    /// `key = value`
    Attribute(String, Expression),
    /// `head { .. }`
    Block(String, Vec<Self>),
    /// `key = { .. }`
    Map(String, Vec<Self>),
}

impl Item {
    pub(super) fn attribute(key: &str, value: impl Into<Expression>) -> Self {
        Self::Attribute(key.to_owned(), exact(value.into()))
    }

    /// The attribute if there is a value.
    pub(super) fn optional(key: &str, value: Option<impl Into<Expression>>) -> Option<Self> {
        value.map(|value| Self::attribute(key, value))
    }

    /// A block with labels.
    pub(super) fn block(kind: &str, labels: &[&str], items: Vec<Self>) -> Self {
        let labels = labels.iter().map(|label| format!(" {}", text(*label)));
        Self::Block(format!("{kind}{}", labels.collect::<String>()), items)
    }

    pub(super) fn map(key: &str, items: Vec<Self>) -> Self {
        Self::Map(key.to_owned(), items)
    }
}

/// A reference, or another piece of HCL that is a name.
pub(super) fn name(path: &str) -> Expression {
    Expression::from(Ident::new_unchecked(path))
}

/// A number by its digits.
pub(super) fn number(digits: &str) -> Expression {
    digits.parse().unwrap_or_else(|_| Expression::from(digits))
}

/// A key of a map: quoted where it is no identifier.
pub(super) fn key(key: &str) -> String {
    if Ident::try_new(key).is_ok() {
        key.to_owned()
    } else {
        text(key)
    }
}

/// The text of a value.
fn text(value: impl Into<Expression>) -> String {
    exact(value.into()).to_string().trim().to_owned()
}

/// What begins like an escape of HCL, and is text. `hcl-edit` writes it as it is where something to be escaped
/// comes before it.
const LIKE_ESCAPES: [&str; 2] = ["$${", "%%{"];

fn exact(value: Expression) -> Expression {
    let Some(text) = value.as_str() else {
        return value;
    };
    if LIKE_ESCAPES.iter().any(|mark| text.contains(mark)) {
        name(&quoted(text))
    } else {
        value
    }
}

/// Piece by piece, none of which has such a text.
fn quoted(text: &str) -> String {
    let inner = |piece: &str| {
        let quoted = Expression::from(piece).to_string();
        let inner = quoted
            .trim()
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        inner.unwrap_or_default().to_owned()
    };
    let (mut quoted, mut rest) = ("\"".to_owned(), text);
    while let Some(at) = LIKE_ESCAPES.iter().filter_map(|mark| rest.find(mark)).min() {
        quoted += &inner(&rest[..=at]);
        rest = &rest[at + 1..];
    }
    quoted + &inner(rest) + "\""
}

/// A file.
pub(super) fn file(items: &[Item]) -> String {
    let mut lines = Vec::new();
    write(items, 0, &mut lines);
    lines.join("\n") + "\n"
}

fn write(items: &[Item], depth: usize, lines: &mut Vec<String>) {
    let indent = INDENT.repeat(depth);
    for (at, item) in items.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| items.get(at));
        if before.is_some_and(|before| is_apart(before, item)) {
            lines.push(String::new());
        }
        match item {
            Item::Comment(paragraph) => {
                lines.extend(comment(paragraph).map(|line| format!("{indent}{line}")));
            }
            Item::Attribute(key, value) => {
                let width = aligned(items, at);
                let value = text(value.clone());
                lines.push(format!("{indent}{key:width$} = {value}"));
            }
            Item::Block(head, items) => {
                lines.push(format!("{indent}{head} {{"));
                write(items, depth + 1, lines);
                lines.push(format!("{indent}}}"));
            }
            Item::Map(key, items) => {
                lines.push(format!("{indent}{key} = {{"));
                write(items, depth + 1, lines);
                lines.push(format!("{indent}}}"));
            }
        }
    }
}

/// Whether an empty line goes between the two.
fn is_apart(before: &Item, item: &Item) -> bool {
    !matches!(
        (before, item),
        (Item::Attribute(..), Item::Attribute(..)) | (Item::Comment(_), Item::Block(..))
    )
}

/// The longest key of the attributes that follow each other here.
fn aligned(items: &[Item], at: usize) -> usize {
    let key = |item: &Item| match item {
        Item::Attribute(key, _) => Some(key.chars().count()),
        Item::Comment(_) | Item::Block(..) | Item::Map(..) => None,
    };
    let (before, after) = items.split_at(at);
    let before = before.iter().rev().map_while(key);
    let widths = before.chain(after.iter().map_while(key));
    widths.max().unwrap_or_default()
}

fn comment(paragraph: &str) -> impl Iterator<Item = String> {
    let mut lines = vec!["#".to_owned()];
    for word in paragraph.split_whitespace() {
        let fits = |line: &String| line.chars().count() + word.chars().count() < COMMENT_MAX;
        match lines
            .last_mut()
            .filter(|line| line.len() == 1 || fits(line))
        {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(format!("# {word}")),
        }
    }
    lines.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_escape_is_text() {
        for (value, written) in [
            ("plain", r#""plain""#),
            ("${a}", r#""$${a}""#),
            ("$${y}", r#""$$${y}""#),
            ("${a} $${y}", r#""$${a} $$${y}""#),
            ("$${a}%%{b} \"q\"", r#""$$${a}%%%{b} \"q\"""#),
        ] {
            assert_eq!(text(value), written, "{value}");
        }
    }
}
