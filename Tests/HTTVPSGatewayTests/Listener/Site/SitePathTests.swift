import Testing

@testable import HTTVPSGateway

struct SitePathTests {
    @Test(
        "Targets become paths inside the folder",
        arguments: [
            ("/", "/"), ("/a/b.html?x#y", "/a/b.html"), ("/a//b/./c/../d/", "/a/b/d/"), ("/%61%2e", "/a."),
            ("http://host/x?y", "/x"), ("HTTPS://host", "/"), ("http://host?x", "/"), ("/a/..", "/"), ("/a/.", "/a/"),
        ])
    func good(target: String, expected: String) { #expect(SitePath.parse(target)?.decoded == expected) }

    @Test(
        "Targets that leave the folder or are no path have none",
        arguments: ["/..", "/a/../../b", "/%2e%2e/x", "/%00", "/%zz", "/%4", "x", "*", "host:443", "http:///x", ""])
    func bad(target: String) { #expect(SitePath.parse(target) == nil) }
}
