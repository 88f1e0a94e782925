//! Value → text.

use super::Error;
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt;

/// Writes a value as JSON without spaces, byte for byte as serde_json does. Numbers that are not
/// finite become `null`.
///
/// # Errors
/// Where a type refuses to be written; none of ours does.
pub fn write(value: &(impl Serialize + ?Sized)) -> Result<String, Error> {
    let mut writer = Writer { out: Vec::with_capacity(256) };
    value.serialize(&mut writer)?;
    writer.end()
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    #[inline(never)]
    fn end(self) -> Result<String, Error> {
        String::from_utf8(self.out).map_err(|error| Error::new(format_args!("{error}")))
    }

    #[inline(never)]
    fn plain(&mut self, text: fmt::Arguments<'_>) -> Result<(), Error> {
        // Writing to memory does not fail.
        let _ = std::io::Write::write_fmt(&mut self.out, text);
        Ok(())
    }

    #[inline(never)]
    fn raw(&mut self, text: &str) -> Result<(), Error> {
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    #[inline(never)]
    fn text(&mut self, text: &str) -> Result<(), Error> {
        Ok(serde_json::to_writer(&mut self.out, text)?)
    }

    #[inline(never)]
    fn number(&mut self, value: f64) -> Result<(), Error> {
        Ok(serde_json::to_writer(&mut self.out, &value)?)
    }

    /// Opens a list or an object; `name` is that of the variant it belongs to.
    #[inline(never)]
    fn open(&mut self, name: Option<&str>, is_object: bool) -> Result<Inside<'_>, Error> {
        if let Some(name) = name {
            self.out.push(b'{');
            self.text(name)?;
            self.out.push(b':');
        }
        self.out.push(if is_object { b'{' } else { b'[' });
        Ok(Inside { writer: self, is_object, is_variant: name.is_some(), is_first: true })
    }

    /// What was written since `start` becomes the name of a field.
    #[inline(never)]
    fn as_name(&mut self, start: usize) {
        if self.out.get(start) != Some(&b'"') {
            self.out.insert(start.min(self.out.len()), b'"');
            self.out.push(b'"');
        }
        self.out.push(b':');
    }
}

macro_rules! plain {
    ($($method:ident($kind:ty))*) => {
        $(fn $method(self, value: $kind) -> Result<(), Error> {
            self.plain(format_args!("{value}"))
        })*
    };
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Inside<'a>;
    type SerializeTuple = Inside<'a>;
    type SerializeTupleStruct = Inside<'a>;
    type SerializeTupleVariant = Inside<'a>;
    type SerializeMap = Inside<'a>;
    type SerializeStruct = Inside<'a>;
    type SerializeStructVariant = Inside<'a>;

    plain! {
        serialize_bool(bool)
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        Ok(serde_json::to_writer(&mut self.out, &value)?)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.text(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        Ok(serde_json::to_writer(&mut self.out, value)?)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.raw("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.raw("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.raw("null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), Error> {
        self.text(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.raw("{")?;
        self.text(name)?;
        self.raw(":")?;
        value.serialize(&mut *self)?;
        self.raw("}")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'a>, Error> {
        self.open(None, false)
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside<'a>, Error> {
        self.open(None, false)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inside<'a>, Error> {
        self.open(None, false)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Inside<'a>, Error> {
        self.open(Some(name), false)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'a>, Error> {
        self.open(None, true)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inside<'a>, Error> {
        self.open(None, true)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Inside<'a>, Error> {
        self.open(Some(name), true)
    }
}

/// A list or an object that is being written.
struct Inside<'a> {
    writer: &'a mut Writer,
    is_object: bool,
    is_variant: bool,
    is_first: bool,
}

impl Inside<'_> {
    #[inline(never)]
    fn comma(&mut self) -> &mut Writer {
        if !self.is_first {
            self.writer.out.push(b',');
        }
        self.is_first = false;
        self.writer
    }

    #[inline(never)]
    fn name(&mut self, name: &str) -> Result<&mut Writer, Error> {
        let writer = self.comma();
        writer.text(name)?;
        writer.out.push(b':');
        Ok(writer)
    }

    #[inline(never)]
    fn close(self) -> Result<(), Error> {
        self.writer.out.push(if self.is_object { b'}' } else { b']' });
        if self.is_variant {
            self.writer.out.push(b'}');
        }
        Ok(())
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(self.comma())
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self.name(name)?)
    }
}

macro_rules! lists {
    ($($kind:ident $method:ident)*) => {
        $(impl $kind for Inside<'_> {
            type Ok = ();
            type Error = Error;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.item(value)
            }
            fn end(self) -> Result<(), Error> {
                self.close()
            }
        })*
    };
}

macro_rules! objects {
    ($($kind:ident)*) => {
        $(impl $kind for Inside<'_> {
            type Ok = ();
            type Error = Error;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
                self.field(name, value)
            }
            fn end(self) -> Result<(), Error> {
                self.close()
            }
        })*
    };
}

lists! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

objects! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Inside<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let writer = self.comma();
        let start = writer.out.len();
        key.serialize(&mut *writer)?;
        writer.as_name(start);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}
