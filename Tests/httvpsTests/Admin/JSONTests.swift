import Foundation
import Testing

@testable import httvps

@Suite("An operator's JSON")
struct JSONTests {
    @Test("keeps whole numbers exactly and sorts its members")
    func json() throws {
        let json = try JSON(bytes: Data(#"{"b":9007199254740991,"a":[1.5,null,true,"x/y"]}"#.utf8))
        #expect(json.text == #"{"a":[1.5,null,true,"x/y"],"b":9007199254740991}"#)
        #expect { try JSON(bytes: Data(#"{"password":"SECRET"#.utf8)) } throws: { !"\($0)".contains("SECRET") }
    }

    @Test(
        "JSON prints numbers as they came",
        arguments: [
            "18446744073709551616", "-9223372036854775808", "1.10", "1e3", "-0", "0.1E-7", "9007199254740993", "[0,12]",
        ])
    func numbers(text: String) throws {
        let json = try JSON(bytes: Data(text.utf8))
        #expect(json.text == text)
        #expect(Table.text(.object(["n": json])) == "{\"n\":\(text)}")
    }

    @Test("prints what steers a terminal as escapes with the same meaning")
    func escapes() throws {
        let json = JSON.object([AnswerTests.hostile: .array([.text(AnswerTests.hostile), .text("\"\\/é日👍")])])
        #expect(json.text.unicodeScalars.allSatisfy(Printable.isShown))
        #expect(try JSON(bytes: json.data) == json)
        #expect(
            try JSONDecoder().decode([String: [String]].self, from: json.data).values.first?.first
                == AnswerTests.hostile)
    }

    @Test(
        "JSON is read as the standard has it",
        arguments: [
            " {\"a\" : [ 1 , -2.5 , true , false , null , {} , [] ] }\r\n", "\"\\u00e9\\ud83d\\ude00\\n\\/\"",
            "\"\\\\\"",
            "\"\\\"\"",
        ])
    func reading(text: String) throws {
        let read = try JSON(bytes: Data(text.utf8))
        let known = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        let again = try JSONSerialization.jsonObject(with: read.data, options: .fragmentsAllowed)
        #expect((known as? NSObject) == (again as? NSObject))
    }

    @Test(
        "refuses what breaks the standard",
        arguments: [
            "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "01", "+1", ".5", "1.",
            "1e", "-", "--1",
            "tru", "truex", "nul", "NaN", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"a\nb\"", "1 2", "[", "\"\\ud800\"",
            "'a'",
            String(repeating: "[", count: 100_000),
        ])
    func noJSON(text: String) { #expect(throws: ExitStatus.Failure.self) { try JSON(bytes: Data(text.utf8)) } }

    @Test("refuses texts that are no UTF-8")
    func noText() { #expect(throws: ExitStatus.Failure.self) { try JSON(bytes: Data([0x22, 0xFF, 0x22])) } }
}
