use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Reads on both themes.
fn branding() -> Value {
    json!({
        "logo_path": "/brands/acme.svg",
        "light": {
            "brand": "#3b36d1", "on_brand": "#ffffff",
            "brand_soft": "#e7e6fb", "brand_ink": "#2a2596",
        },
        "dark": {
            "brand": "#a5a1ff", "on_brand": "#14123d",
            "brand_soft": "#22204a", "brand_ink": "#c9c7ff",
        },
    })
}

fn refusal(branding: Value) -> String {
    serde_json::from_value::<Branding>(branding).err().map(|e| e.to_string()).unwrap_or_default()
}

fn with(theme: &str, name: &str, colour: &str) -> Value {
    let mut branding = branding();
    branding[theme][name] = json!(colour);
    branding
}

#[test]
fn a_branding_reads_back_as_it_was_written() {
    let read: Branding = serde_json::from_value(branding()).expect("a branding");
    assert_eq!(serde_json::to_value(&read).expect("JSON"), branding());
    let mut plain = branding();
    plain["logo_path"] = Value::Null;
    let read: Branding = serde_json::from_value(plain.clone()).expect("a branding");
    assert_eq!(serde_json::to_value(&read).expect("JSON"), plain);
}

#[test]
fn contrasts_are_those_of_the_standard() {
    let told = |one: &str, other: &str| {
        let colour = |text: &str| Colour::try_from(text.to_owned()).expect("a colour");
        format!("{:.2}", colour(one).contrast(colour(other)))
    };
    assert_eq!(told("#000000", "#ffffff"), "21.00");
    assert_eq!(told("#ffffff", "#ffffff"), "1.00");
    // The grey that just can be read on white, and the one that just cannot.
    assert_eq!(told("#767676", "#ffffff"), "4.54");
    assert_eq!(told("#777777", "#ffffff"), "4.48");
    assert_eq!(told("#0b6b4b", "#f6f7f5"), "6.07");
}

#[test]
fn each_pair_that_cannot_be_read_is_refused_by_name_with_its_contrast() {
    let cases = [
        ("light", "on_brand", "#8b87f0", "on_brand on brand"),
        ("light", "brand_ink", "#6f6bd8", "brand_ink on brand_soft"),
        ("light", "brand", "#757575", "brand on the page"),
        ("dark", "on_brand", "#55509f", "on_brand on brand"),
        ("dark", "brand_ink", "#6f6bd8", "brand_ink on brand_soft"),
    ];
    for (theme, name, colour, pair) in cases {
        let told = refusal(with(theme, name, colour));
        assert!(told.contains(&format!("On the {theme} theme, {pair} has")), "{pair}: {told}");
        assert!(told.contains(":1. It needs 4.5:1."), "{told}");
    }
    let mut on_surface = branding();
    on_surface["dark"] = json!({
        "brand": "#7b7b7b", "on_brand": "#000000", "brand_soft": "#000000", "brand_ink": "#ffffff",
    });
    assert!(refusal(on_surface.clone()).contains("dark theme, brand on a surface has"));
    on_surface["dark"]["brand"] = json!("#ffffff");
    on_surface["dark"]["brand_ink"] = json!("#777777");
    assert!(refusal(on_surface).contains("dark theme, brand_ink on a surface has"));
}

#[test]
fn a_contrast_just_too_low_is_not_told_as_enough() {
    let told = refusal(with("light", "brand", "#767676"));
    assert!(told.contains("brand on the page has a contrast of 4.22:1"), "{told}");
}

#[test]
fn what_is_no_colour_is_refused() {
    for text in ["", "#", "3b36d1", "#3b36d", "#3b36d11", "#3b36dg", "red", "#ffé5", "# b36d1"] {
        assert!(
            refusal(with("light", "brand", text)).contains("Write a colour like this"),
            "{text}"
        );
    }
    assert!(Colour::try_from("#3B36D1".to_owned()).is_ok_and(|it| it.to_string() == "#3b36d1"));
}

#[test]
fn a_logo_is_a_picture_on_the_same_origin() {
    let path = |text: &str| LogoPath::try_from(text.to_owned());
    for text in ["/a.svg", "/brands/acme.png", "/brands/acme-2_b.v2.webp"] {
        assert!(path(text).is_ok_and(|path| String::from(path) == text), "{text}");
    }
    let long = format!("/{}.svg", "a".repeat(LOGO_PATH_LEN_MAX));
    for text in [
        "",
        "a.svg",
        "//host/a.svg",
        "/\\host/a.svg",
        "/../a.svg",
        "/a//b.svg",
        "/a",
        "/a.gif",
        "/a.SVG",
        "/a.svg?x",
        "/a.svg#x",
        "/a b.svg",
        "https://host/a.svg",
        "/svg",
        &long,
    ] {
        let refused = path(text).err().map(|error| error.code);
        assert_eq!(refused, Some("logo_path_invalid"), "{text}");
    }
}

fn colour() -> impl Strategy<Value = Colour> {
    any::<[u8; 3]>().prop_map(|[red, green, blue]| Colour::new(red, green, blue))
}

fn palette() -> impl Strategy<Value = Palette> {
    [colour(), colour(), colour(), colour()].prop_map(|[brand, on_brand, brand_soft, brand_ink]| {
        Palette { brand, on_brand, brand_soft, brand_ink }
    })
}

proptest! {
    #[test]
    fn a_contrast_is_the_same_both_ways_and_within_its_range(one in colour(), other in colour()) {
        let contrast = one.contrast(other);
        prop_assert!((1.0..=21.0001).contains(&contrast));
        prop_assert!((contrast - other.contrast(one)).abs() < f64::EPSILON);
    }

    #[test]
    fn a_colour_reads_back(colour in colour()) {
        prop_assert_eq!(Colour::try_from(colour.to_string()).ok(), Some(colour));
    }

    #[test]
    fn a_palette_is_accepted_exactly_if_all_its_text_can_be_read(palette in palette()) {
        let Palette { brand, on_brand, brand_soft, brand_ink } = palette;
        let pairs = [
            (on_brand, brand),
            (brand_ink, brand_soft),
            (brand, LIGHT.page),
            (brand, LIGHT.surface),
            (brand_ink, LIGHT.surface),
        ];
        let can_be_read = pairs.iter().all(|(text, on)| text.contrast(*on) >= CONTRAST_MIN);
        prop_assert_eq!(palette.check(&LIGHT).is_ok(), can_be_read);
    }
}
