import Foundation
import HTTVPSClient
import Testing

@testable import httvps

@Suite("The status of a device")
struct StatusTests {
    @Test("shows where it connects to, and neither tokens nor a gateway's path")
    func lines() throws {
        let now = Date(timeIntervalSince1970: 0)
        let profile = DeviceProfile(
            deviceID: "dev_1", accessToken: "SECRET-A", accessExpiresAt: now + 600, refreshToken: "SECRET-R",
            gateways: [.init(url: "wss://gw.test/SECRET-P", region: "eu")], backend: "https://b.test")
        let text = Status.lines(profile, CredentialFile(path: "/c.json"), at: now).joined(separator: "\n")
        #expect(!text.contains("SECRET"))
        for part in ["dev_1", "wss://gw.test:443 (eu)", "https://b.test", "good for 10 min", "/c.json"] {
            #expect(text.contains(part), "\(part)")
        }
        let later = Status.lines(profile, CredentialFile(path: "/c.json"), at: now + 601)
        #expect(later.contains { $0.contains("expired") })
    }
}
