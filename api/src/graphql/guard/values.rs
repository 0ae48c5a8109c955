//! Bounds the values of a request: those of variables, and those written in the document.
use super::at_most;
use crate::{Error, Result};
use async_graphql::Variables;
use async_graphql_value::{ConstValue, Value};

pub const VARIABLES: usize = 100;
const LEVELS: u64 = 8;
const VALUES: u64 = 1_000;
const ITEMS: u64 = 200;
const BYTES: u64 = 64 * 1024;

pub fn check_variables(variables: &Variables) -> Result<()> {
    at_most("variables", variables.len() as u64, VARIABLES as u64)?;
    let mut count = Count::default();
    for (_, value) in variables.iter() {
        count.constant(value, 0)?;
    }
    Ok(())
}

/// What was met of values so far.
#[derive(Default)]
pub struct Count {
    values: u64,
}

impl Count {
    fn met(&mut self, level: u64, items: usize) -> Result<()> {
        self.values += 1;
        at_most("values", self.values, VALUES)?;
        at_most("levels of values", level, LEVELS)?;
        at_most("values in a list", items as u64, ITEMS)
    }

    fn constant(&mut self, value: &ConstValue, level: u64) -> Result<()> {
        match value {
            ConstValue::List(items) => {
                self.met(level, items.len())?;
                items.iter().try_for_each(|item| self.constant(item, level + 1))
            }
            ConstValue::Object(fields) => {
                self.met(level, fields.len())?;
                fields.values().try_for_each(|value| self.constant(value, level + 1))
            }
            ConstValue::String(text) => self.text(text, level),
            _ => self.met(level, 0),
        }
    }

    pub fn literal(&mut self, value: &Value, level: u64) -> Result<()> {
        match value {
            Value::List(items) => {
                self.met(level, items.len())?;
                items.iter().try_for_each(|item| self.literal(item, level + 1))
            }
            Value::Object(fields) => {
                self.met(level, fields.len())?;
                fields.values().try_for_each(|value| self.literal(value, level + 1))
            }
            Value::String(text) => self.text(text, level),
            _ => self.met(level, 0),
        }
    }

    fn text(&mut self, text: &str, level: u64) -> Result<()> {
        self.met(level, 0)?;
        if text.len() as u64 > BYTES {
            return Err(Error::TooComplex(format!("a text has at most {BYTES} bytes")));
        }
        Ok(())
    }
}
