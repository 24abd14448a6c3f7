//! How a tenant looks: its logo, and the colours of its brand on the light and on the dark theme.
//!
//! A branding that exists can be read: whatever text the web app sets in these colours has a
//! contrast of at least [`CONTRAST_MIN`] with what is behind it. A **pair** is a colour of text and
//! one behind it; the **page** and the **surfaces** on it are the themes' own and no tenant's.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;

mod colour;

pub use colour::Colour;

/// The least contrast of text with what is behind it.
/// <https://www.w3.org/TR/WCAG22/#contrast-minimum>
pub const CONTRAST_MIN: f64 = 4.5;
/// Longest path of a logo.
const LOGO_PATH_LEN_MAX: usize = 128;

/// What the web app puts behind text.
struct Theme {
    name: &'static str,
    page: Colour,
    surface: Colour,
}

/// As the web app's style sheet has them.
const LIGHT: Theme = Theme {
    name: "light",
    page: Colour::new(0xf6, 0xf7, 0xf5),
    surface: Colour::new(0xff, 0xff, 0xff),
};
const DARK: Theme = Theme {
    name: "dark",
    page: Colour::new(0x0b, 0x10, 0x0e),
    surface: Colour::new(0x12, 0x19, 0x16),
};

/// A brand's colours on one theme.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Palette {
    /// Buttons, links and marks.
    pub brand: Colour,
    /// Text on `brand`.
    pub on_brand: Colour,
    /// A tint of it, behind what is chosen.
    pub brand_soft: Colour,
    /// Text on `brand_soft`.
    pub brand_ink: Colour,
}

/// Where a logo is, on the web app's own origin: `/brands/acme.svg`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "/brands/acme.svg")]
pub struct LogoPath(String);

/// How a tenant looks.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(try_from = "Parts")]
pub struct Branding {
    /// Its logo; its name stands in for one.
    logo_path: Option<LogoPath>,
    /// Its colours on the light theme.
    light: Palette,
    /// Its colours on the dark theme.
    dark: Palette,
}

/// A branding that nobody has looked at yet.
#[derive(Deserialize)]
struct Parts {
    logo_path: Option<LogoPath>,
    light: Palette,
    dark: Palette,
}

impl Branding {
    /// A branding with these colours.
    ///
    /// # Errors
    ///
    /// 400 `contrast_too_low`, naming the pair and its contrast.
    pub fn new(logo_path: Option<LogoPath>, light: Palette, dark: Palette) -> Result<Self, Error> {
        light.check(&LIGHT)?;
        dark.check(&DARK)?;
        Ok(Self { logo_path, light, dark })
    }
}

impl TryFrom<Parts> for Branding {
    type Error = Error;

    fn try_from(parts: Parts) -> Result<Self, Error> {
        Self::new(parts.logo_path, parts.light, parts.dark)
    }
}

impl Palette {
    fn check(&self, theme: &Theme) -> Result<(), Error> {
        let pairs = [
            ("on_brand on brand", self.on_brand, self.brand),
            ("brand_ink on brand_soft", self.brand_ink, self.brand_soft),
            ("brand on the page", self.brand, theme.page),
            ("brand on a surface", self.brand, theme.surface),
            ("brand_ink on a surface", self.brand_ink, theme.surface),
        ];
        for (pair, text, behind) in pairs {
            let contrast = text.contrast(behind);
            if contrast < CONTRAST_MIN {
                // Rounded down, so that no refused contrast is shown as the least one.
                let told = (contrast * 100.0).floor() / 100.0;
                let message = format!(
                    "On the {} theme, {pair} has a contrast of {told:.2}:1. It needs \
                     {CONTRAST_MIN}:1.",
                    theme.name
                );
                return Err(Error::invalid("contrast_too_low", message));
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for LogoPath {
    type Error = Error;

    fn try_from(path: String) -> Result<Self, Error> {
        // Browsers read a backslash as a slash, and two slashes as another host.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
        let is_image = path
            .rsplit_once('.')
            .is_some_and(|(_, ending)| matches!(ending, "svg" | "png" | "webp"));
        let fits = path.len() <= LOGO_PATH_LEN_MAX
            && path.starts_with('/')
            && path.bytes().all(is_plain)
            && !path.contains("//")
            && !path.contains("..")
            && is_image;
        if fits {
            return Ok(Self(path));
        }
        let message = "A logo is an .svg, .png or .webp file of this site: /brands/name.svg.";
        Err(Error::invalid("logo_path_invalid", message))
    }
}

impl From<LogoPath> for String {
    fn from(path: LogoPath) -> Self {
        path.0
    }
}

#[cfg(test)]
mod tests;
