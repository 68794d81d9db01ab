import Foundation
import Testing

@testable import httvps

@Suite("Text for a terminal")
struct PrintableTests {
    static let hidden: [Unicode.Scalar] = [
        "\0", "\u{7}", "\t", "\n", "\r", "\u{1B}", "\u{7F}", "\u{80}", "\u{85}", "\u{9B}", "\u{9F}", "\u{AD}",
        "\u{61C}", "\u{180E}", "\u{200B}", "\u{200E}", "\u{200F}", "\u{2028}", "\u{2029}", "\u{202A}",
        "\u{202E}", "\u{2060}", "\u{2066}", "\u{2069}", "\u{3164}", "\u{FE00}", "\u{FEFF}", "\u{FFA0}", "\u{FFFB}",
        "\u{E0001}", "\u{E0041}", "\u{E007F}", "\u{E0100}",
    ]

    @Test("shows nothing that steers the terminal, turns the direction or cannot be seen", arguments: hidden)
    func replaced(scalar: Unicode.Scalar) throws {
        let text = "a\(Character(scalar))b"
        #expect(Printable.text(text) == "a\u{FFFD}b")
        let json = try JSONEncoder().encode(["x\(Character(scalar))": text])
        let shown = Printable.json(String(decoding: json, as: UTF8.self))
        #expect(shown.unicodeScalars.allSatisfy(Printable.isShown), "\(shown.debugDescription)")
        #expect(
            try JSONDecoder().decode([String: String].self, from: Data(shown.utf8)) == ["x\(Character(scalar))": text])
    }

    @Test(
        "leaves what people write as it is",
        arguments: ["Ann Lee", "Zoë é", "日本語", "שלום", "👍 ❤️", "نام", "می\u{200C}خواهم", "👨\u{200D}👩", "~¡\u{A0}"])
    func kept(text: String) {
        #expect(Printable.text(text) == text)
        #expect(Printable.json("\"\(text)\"") == "\"\(text)\"")
    }

    @Test("does not let a carriage return ride on a line end")
    func lineEnds() {
        #expect(Printable.lines("a\r\nb\nc") == "a\u{FFFD}\u{FFFD}b\nc")
        #expect(
            Printable.sentence("refused\nhttvps: all is well\n        twice") == """
                refused
                        httvps: all is well
                        twice
                """)
    }

    @Test(
        "is as wide as the cells that it takes",
        arguments: [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("ｱ", 1), ("Ａ", 2), ("한", 2),
            ("\u{1112}\u{1161}", 2),
            ("👍", 2), ("🇩🇪", 2), ("❤\u{FE0F}", 1), ("שָׁ", 1), ("\u{FFFD}", 1), ("…", 1), ("⌚", 2), ("𠀀", 2), ("नि", 2),
        ] as [(String, Int)])
    func width(text: String, cells: Int) { #expect(CellWidth.of(text) == cells) }

    @Test("has the width that the C library knows, over the letters of the world")
    func sameAsLibrary() throws {
        let locale = try #require(newlocale(Int32(LC_CTYPE_MASK), "C.UTF-8", nil))
        let before = uselocale(locale)
        defer {
            uselocale(before)
            freelocale(locale)
        }
        let library = try #require(dlopen(nil, RTLD_NOW))
        let symbol = try #require(dlsym(library, "wcwidth"))
        let wcwidth = unsafeBitCast(symbol, to: (@convention(c) (wchar_t) -> Int32).self)
        var different: [String] = []
        for value in UInt32(0x20)...0x2FFFF {
            guard let scalar = Unicode.Scalar(value), Printable.isShown(scalar) else { continue }
            guard scalar.properties.generalCategory != .unassigned else { continue }
            let known = wcwidth(wchar_t(value))
            if known >= 0, Int(known) != CellWidth.of(String(scalar)) { different.append(String(value, radix: 16)) }
        }
        #expect(different.count < 100, "\(different.joined(separator: " "))")
    }
}
