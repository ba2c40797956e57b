//! Templates of device names: `{site}-{class}-{index:02}`.
//!
//! ```text
//! template = { text | "{{" | "}}" | "{" variable "}" | "{index:0" digit "}" }
//! variable = "plan" | "site" | "class" | "category" | "fabric" | "role" | "index"
//! ```

use std::fmt::Write as _;

/// What a variable stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    Plan,
    Site,
    Class,
    Category,
    Fabric,
    Role,
}

/// The variables as a template writes them, `index` among them.
pub const VARIABLES: [&str; 7] = [
    "plan", "site", "class", "category", "fabric", "role", "index",
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(Variable),
    /// The device's number, with leading zeros up to that many digits.
    Index(usize),
}

/// A template that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

/// Why a text is no template, and where: the character counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    pub position: usize,
    pub kind: TemplateFaultKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateFaultKind {
    /// `{` without `}`.
    Unclosed,
    /// `}` without `{`.
    Unopened,
    UnknownVariable {
        variable: String,
    },
    /// What follows the colon is not `0` and a digit from 1.
    Width {
        width: String,
    },
    /// Only a number can be padded.
    WidthOfText {
        variable: String,
    },
}

impl Template {
    /// # Errors
    /// The first part that cannot be read.
    pub fn parse(text: &str) -> Result<Self, TemplateFault> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let position = text[..text.len() - rest.len()].chars().count() + 1;
            let fault = |kind| TemplateFault { position, kind };
            if rest.starts_with("{{") || rest.starts_with("}}") {
                plain.push(c);
                rest = &rest[2..];
            } else if c == '}' {
                return Err(fault(TemplateFaultKind::Unopened));
            } else if let Some(inside) = rest.strip_prefix('{') {
                let end = inside.find('}');
                let end = end.ok_or_else(|| fault(TemplateFaultKind::Unclosed))?;
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(variable(&inside[..end]).map_err(fault)?);
                rest = &inside[end + 1..];
            } else {
                plain.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// `{class}-{index}` with that many digits: what a category without a template uses.
    pub fn of_class(digits: usize) -> Self {
        Self {
            parts: vec![
                Part::Variable(Variable::Class),
                Part::Text("-".to_owned()),
                Part::Index(digits),
            ],
        }
    }

    /// Whether the devices of one class get different names.
    pub fn has_index(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Index(_)))
    }

    /// With the variables of a class filled in: only the number is left open.
    pub fn fill(&self, value: impl Fn(Variable) -> String) -> Filled {
        let mut filled = Filled::default();
        for part in &self.parts {
            let text = match part {
                Part::Text(text) => text.clone(),
                Part::Variable(variable) => value(*variable),
                Part::Index(width) => {
                    filled.numbered.push((*width, String::new()));
                    continue;
                }
            };
            match filled.numbered.last_mut() {
                Some((_, after)) => after.push_str(&text),
                None => filled.first.push_str(&text),
            }
        }
        filled
    }
}

/// A template of one class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filled {
    first: String,
    /// Digits of a number, and the text that follows.
    numbered: Vec<(usize, String)>,
}

impl Filled {
    pub fn name(&self, index: u32) -> String {
        let mut name = self.first.clone();
        for (width, after) in &self.numbered {
            // Writing into a string cannot fail.
            _ = write!(name, "{index:0width$}{after}");
        }
        name
    }
}

fn variable(text: &str) -> Result<Part, TemplateFaultKind> {
    let (variable, width) = match text.split_once(':') {
        Some((variable, width)) => (variable, Some(width)),
        None => (text, None),
    };
    let part = match variable {
        "plan" => Part::Variable(Variable::Plan),
        "site" => Part::Variable(Variable::Site),
        "class" => Part::Variable(Variable::Class),
        "category" => Part::Variable(Variable::Category),
        "fabric" => Part::Variable(Variable::Fabric),
        "role" => Part::Variable(Variable::Role),
        "index" => Part::Index(width.map_or(Ok(1), digits)?),
        _ => {
            let variable = variable.to_owned();
            return Err(TemplateFaultKind::UnknownVariable { variable });
        }
    };
    if width.is_some() && !matches!(part, Part::Index(_)) {
        let variable = variable.to_owned();
        return Err(TemplateFaultKind::WidthOfText { variable });
    }
    Ok(part)
}

/// `02`: zeros up to two digits.
fn digits(width: &str) -> Result<usize, TemplateFaultKind> {
    match width.as_bytes() {
        [b'0', digit @ b'1'..=b'9'] => Ok(usize::from(digit - b'0')),
        _ => Err(TemplateFaultKind::Width {
            width: width.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(template: &str, index: u32) -> String {
        let filled = Template::parse(template)
            .unwrap()
            .fill(|variable| format!("{variable:?}").to_lowercase());
        filled.name(index)
    }

    #[test]
    fn names_of_templates() {
        assert_eq!(name("{class}-{index:03}", 7), "class-007");
        assert_eq!(name("{index}.{index:02}x", 7), "7.07x");
        assert_eq!(name("{index:02}", 123), "123");
        assert_eq!(name("{site}{plan}{fabric}{role}", 1), "siteplanfabricrole");
        assert_eq!(name("a{{b}}{category}é", 1), "a{b}categoryé");
        assert_eq!(name("", 1), "");
        assert_eq!(
            Template::of_class(2),
            Template::parse("{class}-{index:02}").unwrap()
        );
    }

    #[test]
    fn faults_have_a_position() {
        use TemplateFaultKind as K;
        let check = |template: &str, position, kind| {
            let fault = TemplateFault { position, kind };
            assert_eq!(Template::parse(template), Err(fault), "{template}");
        };
        let text = |text: &str| text.to_owned();
        check("é{index", 2, K::Unclosed);
        check("a}b", 2, K::Unopened);
        check("{class}{{}", 10, K::Unopened);
        check(
            "x{clas}",
            2,
            K::UnknownVariable {
                variable: text("clas"),
            },
        );
        check("{index:3}", 1, K::Width { width: text("3") });
        check("{index:0}", 1, K::Width { width: text("0") });
        check("{index:}", 1, K::Width { width: text("") });
        check(
            "{class:02}",
            1,
            K::WidthOfText {
                variable: text("class"),
            },
        );
        check("{}", 1, K::UnknownVariable { variable: text("") });
    }
}
