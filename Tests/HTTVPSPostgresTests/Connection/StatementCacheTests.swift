import Testing

@testable import HTTVPSPostgres

@Suite("The statements a connection has prepared")
struct StatementCacheTests {
    @Test("a statement is prepared once, by text and types")
    func preparesOnce() {
        var cache = StatementCache(capacity: 8)
        #expect(cache.lookup("SELECT \(1)") == .prepare("s1"))
        cache.store("s1", for: "SELECT \(1)")
        #expect(cache.lookup("SELECT \(2)") == .prepared("s1"))
        #expect(cache.lookup("SELECT \("2")") == .prepare("s2"))
    }

    @Test("a full cache lets further statements run unprepared, and a forgotten one gets a new name")
    func full() {
        var cache = StatementCache(capacity: 1)
        _ = cache.lookup("SELECT 1")
        cache.store("s1", for: "SELECT 1")
        #expect(cache.lookup("SELECT 2") == .full)
        cache.forget("SELECT 1")
        #expect(cache.lookup("SELECT 1") == .prepare("s2"))
    }
}
