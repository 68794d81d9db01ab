import Testing

@testable import HTTVPSBackend

@Suite("Entity tags")
struct EntityTagTests {
    @Test("are found in lists, by star and weakly where that is meant")
    func found() {
        let tag = EntityTag(revision: 3)
        #expect(tag.text == "\"3\"")
        #expect(tag.isNamed(in: ["\"1\", \"3\""], weakly: false))
        #expect(tag.isNamed(in: ["\"1\"", "*"], weakly: false))
        #expect(tag.isNamed(in: ["W/\"3\""], weakly: true))
        #expect(!tag.isNamed(in: ["W/\"3\""], weakly: false))
        #expect(!tag.isNamed(in: ["3", "\"33\"", "\"1,3\""], weakly: true))
        #expect(!tag.isNamed(in: [], weakly: true))
    }
}
