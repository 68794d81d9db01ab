import NIOCore
import NIOPosix

struct StaticSite: Site {
    static let shipped = "deploy/decoy"

    let timeouts: SiteTimeouts
    let onSlowBody: @Sendable () -> Void
    private let folder: String

    init(
        directory: String?, timeouts: SiteTimeouts = SiteTimeouts(), onSlowBody: @escaping @Sendable () -> Void = {}
    ) {
        folder = directory ?? Self.shipped
        self.timeouts = timeouts
        self.onSlowBody = onSlowBody
    }

    func connect(_ visitor: any SiteVisitor, on loop: any EventLoop) -> any SiteConnection {
        StaticConnection(site: self, visitor: visitor, loop: loop)
    }

    func refusal(of head: RequestHead) -> SitePage? {
        guard head.method == "GET" || head.method == "HEAD" else {
            var page = SitePage.error(405)
            page.fields.append("Allow", "GET, HEAD")
            return page
        }
        return SitePath.parse(head.target) == nil ? .error(400) : nil
    }

    func page(for head: RequestHead) -> SitePage {
        guard let path = SitePath.parse(head.target) else { return .error(400) }
        let place = folder + path.decoded
        if SiteFile.isFolder(place) {
            guard path.decoded.hasSuffix("/") else { return Self.moved(to: path) }
            return page(for: head, file: place + "index.html")
        }
        return page(for: head, file: place)
    }

    private func page(for head: RequestHead, file place: String) -> SitePage {
        guard let file = SiteFile(path: place) else { return .error(404) }
        return FilePage.make(file, type: MediaType.of(place), for: head)
    }

    private static func moved(to path: SitePath) -> SitePage {
        var page = SitePage.error(301)
        page.fields.append("Location", path.raw + "/" + path.query)
        return page
    }
}
