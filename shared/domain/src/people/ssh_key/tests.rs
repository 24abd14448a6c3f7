//! OpenSSH takes these keys and refuses those; each line and fingerprint here is one that its
//! `ssh-keygen` made and `ssh-keygen -l` shows.

use super::*;

const ED25519: (&str, &str) = (
    concat!("ssh-ed25519 ", "AAAAC3NzaC1lZDI1NTE5AAAAIO0/HeD90buTK9UZUnY+scS11Xj3sTZ1t0Cwx8FK8l6+",),
    "SHA256:6FBEustBBJ6GDsw9adm+8VkgUB1oPaKWGChOcYtMTZU",
);
const RSA: (&str, &str) = (
    concat!(
        "ssh-rsa ",
        "AAAAB3NzaC1yc2EAAAADAQABAAABAQCN3Io0xfghTVTa3mT7ObC1AcLl93W5NFaBo7cU1qKhHvde",
        "lHOV+Yxrn6Nbo7mkHgYEDMFSOael0IfSuhnVO0zZNyF/Exp0cP3FzYGUHe+j4+6RbqpidGFSlOVi",
        "1pm3Q7cPpuXHBPeVgpEtbVkYzaddts8uLPWz+ctpKvg5LQJV1Qc2MXnTEyDF9AosNTmAnUzyeEYR",
        "U7javYu8BIvJPuEh4qj6O0T9idtjosZmm1pQp/A1JZmJ4zM+TzcvPUqy7i4kPuyy/V4azHSGLWXB",
        "NBdw2SR1xvaFCcHNaDS8WCrLcOBRSCuqEW/9HTssKWJ7OoCn5GrBhRNIqXaYm2B0qkxV",
    ),
    "SHA256:bL1e+8Js3wzDLegyK/V52XW9rNxDWNg3/8wuZgZuBgo",
);
const P256: (&str, &str) = (
    concat!(
        "ecdsa-sha2-nistp256 ",
        "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBAWAAVGl8vZrbSPvCBueILkV",
        "uBxaiFiAc6Louu93rZY7AmxUswF1SuQJNnEeNo2GHtZ3INUSPSETiNDP9BvsXys=",
    ),
    "SHA256:l3NcmDWdzgoNLJmyVSoSYvHCLWRFwl1EUfpVqznLeSM",
);
const P384: (&str, &str) = (
    concat!(
        "ecdsa-sha2-nistp384 ",
        "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBOSe+y+U5kthn+4+Sa9MR+x3",
        "JafRbB3t6nMO+at9CWqKpNbxrClwefH2YkpTvhgJdY5dTIYBeZ63FsuE/mtEoMI4vMU1f3crik/B",
        "sfBKvnFkbepHMyKv47ZkedfHoPiupQ==",
    ),
    "SHA256:gi3rCdCuvKNZRfUn1boY4CiQ1yW/UbF7XiAaEAC6XeA",
);
const P521: (&str, &str) = (
    concat!(
        "ecdsa-sha2-nistp521 ",
        "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBADwkMy5Ku6yzIOqv+08HwSq",
        "1tg1lWwXCixqBnHks9A3exb8XYij0eHR5qDDl9TcuvtAaPDdpqQHH/awQViLAQujxwHbNz4jvqy7",
        "wwkd5vbqQOsPQuWQqgYFu0t0JhRpjHydVxzwPRWqov0xgfQzPuygy2thXdoGK5mBAJEPJrtYO2Wl",
        "2A==",
    ),
    "SHA256:C6ihd3kYyrDvk2FLl+ubTAoRhOqFnHEW/V1D54PVgXs",
);

fn code(text: &str) -> Option<&'static str> {
    PublicKey::parse(text).err().map(|error| error.code)
}

/// One length-prefixed string of the wire format.
fn field(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("a short field");
    [&length.to_be_bytes(), bytes].concat()
}

/// The line of a key that has these fields after its algorithm's name.
fn line(algorithm: &str, fields: &[&[u8]]) -> String {
    let mut blob = field(algorithm.as_bytes());
    for bytes in fields {
        blob.extend(field(bytes));
    }
    format!("{algorithm} {}", BASE64.encode(&blob))
}

/// The same key with `more` after its end.
fn with_more(text: &str, more: &[u8]) -> String {
    let (algorithm, encoded) = text.split_once(' ').expect("two words");
    let mut blob = BASE64.decode(encoded.as_bytes()).expect("base64");
    blob.extend(more);
    format!("{algorithm} {}", BASE64.encode(&blob))
}

/// An odd number of exactly so many bits, as the wire format spells it.
fn number(bits: usize) -> Vec<u8> {
    let mut bytes = vec![0; bits.div_ceil(8) + 1];
    let top = bytes.len() - 1 - (bits - 1) / 8;
    bytes[top] |= 1 << ((bits - 1) % 8);
    *bytes.last_mut().expect("a byte") |= 1;
    bytes
}

#[test]
fn a_key_of_each_algorithm_has_the_fingerprint_that_openssh_shows() {
    for (text, fingerprint) in [ED25519, RSA, P256, P384, P521] {
        let key = PublicKey::parse(&format!("  {text} ada@laptop\n")).ok();
        let expected = PublicKey { line: text.into(), fingerprint: fingerprint.into() };
        assert_eq!(key, Some(expected));
    }
}

#[test]
fn what_is_no_public_key_is_refused() {
    let rsa_label = ED25519.0.replacen("ssh-ed25519", "ssh-rsa", 1);
    for text in ["", "ssh-ed25519", "ssh-ed25519 AAAA", "hello world", rsa_label.as_str()] {
        assert_eq!(code(text), Some("ssh_key_invalid"), "{text}");
    }
    assert_eq!(code("-----BEGIN OPENSSH PRIVATE KEY-----"), Some("ssh_key_private"));
    let dss = line("ssh-dss", &[&number(1_024), &number(160), &number(1_024), &number(1_024)]);
    assert_eq!(code(&dss), Some("ssh_key_invalid"), "no server takes it any more");
}

#[test]
fn an_ed25519_key_is_exactly_32_bytes() {
    for length in [0, 28, 31, 33, 64] {
        let text = line("ssh-ed25519", &[&vec![7; length]]);
        assert_eq!(code(&text), Some("ssh_key_invalid"), "{length}");
    }
    assert_eq!(code(&line("ssh-ed25519", &[&[7; 32]])), None);
}

#[test]
fn nothing_may_follow_a_key() {
    for (text, _) in [ED25519, RSA, P256, P384, P521] {
        for more in [&[0_u8][..], b"surplus", &[0, 0, 0, 0]] {
            assert_eq!(code(&with_more(text, more)), Some("ssh_key_invalid"), "{text}");
        }
    }
}

#[test]
fn an_rsa_key_has_1024_to_16384_bits() {
    let of_bits = |bits| line("ssh-rsa", &[&[1, 0, 1], &number(bits)]);
    for bits in [1_024, 2_048, 3_072, 4_096, 16_384] {
        assert_eq!(code(&of_bits(bits)), None, "{bits}");
    }
    for bits in [8, 768, 1_023, 16_385, 16_392] {
        assert_eq!(code(&of_bits(bits)), Some("ssh_key_invalid"), "{bits}");
    }
}

#[test]
fn an_rsa_key_is_two_numbers_that_can_belong_to_one() {
    let modulus = number(2_048);
    let mut even = modulus.clone();
    *even.last_mut().expect("a byte") = 2;
    let negative = modulus.get(1..).expect("bytes");
    for (why, fields) in [
        ("junk", vec![&[9_u8; 64][..]]),
        ("one number", vec![&[1, 0, 1]]),
        ("three numbers", vec![&[1, 0, 1], &modulus, &modulus]),
        ("a negative modulus", vec![&[1, 0, 1], negative]),
        ("a negative exponent", vec![&[0x81], &modulus]),
        ("no exponent", vec![&[], &modulus]),
        ("an exponent that checks nothing", vec![&[1], &modulus]),
        ("an even exponent", vec![&[4], &modulus]),
        ("an even modulus", vec![&[1, 0, 1], &even]),
    ] {
        assert_eq!(code(&line("ssh-rsa", &fields)), Some("ssh_key_invalid"), "{why}");
    }
}

#[test]
fn zeros_before_a_number_change_neither_key_nor_fingerprint() {
    let (plain, padded) = ([1, 0, 1], [0, 0, 1, 0, 1]);
    let modulus = number(2_048);
    let key = PublicKey::parse(&line("ssh-rsa", &[&plain, &modulus])).expect("a key");
    let same = PublicKey::parse(&line("ssh-rsa", &[&padded, &modulus])).expect("a key");
    assert_eq!(key, same);
}

#[test]
fn a_point_lies_on_the_curve_that_its_key_names() {
    for ((text, _), curve, length) in [(P256, "256", 32), (P384, "384", 48), (P521, "521", 66)] {
        let algorithm = format!("ecdsa-sha2-nistp{curve}");
        let curve = format!("nistp{curve}");
        let refused = |why: &str, fields: &[&[u8]]| {
            assert_eq!(code(&line(&algorithm, fields)), Some("ssh_key_invalid"), "{why}");
        };
        let (_, encoded) = text.split_once(' ').expect("two words");
        let blob = BASE64.decode(encoded.as_bytes()).expect("base64");
        let point = blob.get(blob.len() - 2 * length - 1..).expect("a point");
        assert_eq!(code(&line(&algorithm, &[curve.as_bytes(), point])), None);
        let mut off = point.to_vec();
        *off.last_mut().expect("a byte") ^= 1;
        refused("a point beside the curve", &[curve.as_bytes(), &off]);
        let mut compressed = point.get(..=length).expect("half a point").to_vec();
        compressed[0] = 2;
        refused("a compressed point", &[curve.as_bytes(), &compressed]);
        refused("a short point", &[curve.as_bytes(), point.get(..length).expect("bytes")]);
        refused(
            "a coordinate that is too large",
            &[
                curve.as_bytes(),
                &vec![4, 0xff]
                    .into_iter()
                    .chain(std::iter::repeat_n(0xff, 2 * length - 1))
                    .collect::<Vec<u8>>(),
            ],
        );
        refused("the point at infinity", &[curve.as_bytes(), &[0]]);
        refused("another curve", &[b"nistp999", point]);
    }
    let (_, encoded) = P256.0.split_once(' ').expect("two words");
    let blob = BASE64.decode(encoded.as_bytes()).expect("base64");
    let point = blob.get(blob.len() - 65..).expect("a point");
    let mixed = line("ecdsa-sha2-nistp384", &[b"nistp256", point]);
    assert_eq!(code(&mixed), Some("ssh_key_invalid"));
}

#[test]
fn a_security_key_names_its_application() {
    let ed = "sk-ssh-ed25519@openssh.com";
    assert_eq!(code(&line(ed, &[&[7; 32], b"ssh:"])), None);
    assert_eq!(code(&line(ed, &[&[7; 32], b""])), None);
    assert_eq!(code(&line(ed, &[&[7; 32]])), Some("ssh_key_invalid"));
    assert_eq!(code(&line(ed, &[&[7; 28], b"ssh:"])), Some("ssh_key_invalid"));
    assert_eq!(code(&line(ed, &[&[7; 32], b"s\0h"])), Some("ssh_key_invalid"));
    assert_eq!(code(&line(ed, &[&[7; 32], b"ssh:", b"more"])), Some("ssh_key_invalid"));
    let ecdsa = "sk-ecdsa-sha2-nistp256@openssh.com";
    let (_, encoded) = P256.0.split_once(' ').expect("two words");
    let blob = BASE64.decode(encoded.as_bytes()).expect("base64");
    let point = blob.get(blob.len() - 65..).expect("a point");
    assert_eq!(code(&line(ecdsa, &[b"nistp256", point, b"ssh:"])), None);
    assert_eq!(code(&line(ecdsa, &[b"nistp256", point])), Some("ssh_key_invalid"));
    assert_eq!(code(&line(ecdsa, &[b"nistp256", &[4; 65], b"ssh:"])), Some("ssh_key_invalid"));
}

#[test]
fn a_line_is_read_up_to_its_longest_and_only_one() {
    let (key, _) = ED25519;
    let line = |length: usize| format!("{key} {}", "c".repeat(length - key.len() - 1));
    assert!(PublicKey::parse(&line(KEY_LEN_MAX - 1)).is_ok());
    assert!(PublicKey::parse(&line(KEY_LEN_MAX)).is_ok());
    for long in [line(KEY_LEN_MAX + 1), line(2 * KEY_LEN_MAX), format!("{key}\n{key}")] {
        assert_eq!(PublicKey::parse(&long).err().map(|error| error.code), Some("ssh_key_invalid"));
    }
}

#[test]
fn twenty_keys_are_kept_and_not_one_more() {
    let key = SshKey {
        id: SshKeyId::new(Timestamp::UNIX_EPOCH, [1; 10]),
        name: "laptop".into(),
        public_key: ED25519.0.into(),
        fingerprint: ED25519.1.into(),
        created_at: Timestamp::UNIX_EPOCH,
    };
    let kept = vec![key; KEYS_MAX + 1];
    assert!(check_room(&kept[..KEYS_MAX - 1]).is_ok());
    for full in [&kept[..KEYS_MAX], &kept] {
        let refused = check_room(full).map_err(|error| error.code);
        assert_eq!(refused, Err("too_many_ssh_keys"));
    }
}
