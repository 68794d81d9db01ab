import HTTVPSProtocol
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSGateway

struct AdmissionTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func response(_ sessionID: String) -> ValidateDeviceResponse {
        ValidateDeviceResponse(
            sessionID: sessionID, userID: "usr_1", deviceID: "dev_1", subscriptionStatus: "active", expiresAt: nil,
            limits: SessionLimits(
                maxStreams: 1, maxSessions: 1, rateBytesPerSecond: nil, leaseBytes: nil, leaseSeconds: 30),
            nodes: [], credentials: DeviceCredentials(accessToken: "a", refreshToken: "r", expiresInSeconds: 1))
    }

    private func request(_ token: String) -> ValidateDeviceRequest {
        ValidateDeviceRequest(deviceID: "dev_1", token: token, region: nil, clientVersion: nil, clientIP: nil)
    }

    @Test("An allowed device and token is remembered for the grace, without its credentials")
    func grace() {
        var memory = AdmissionMemory(grace: .seconds(600))
        memory.allowed(deviceID: "dev_1", token: "t", response: response("ses_1"), at: start)
        let recalled = memory.recall(deviceID: "dev_1", token: "t", at: start + .seconds(600))
        #expect(recalled?.sessionID == "ses_1" && recalled?.credentials == nil)
        #expect(memory.recall(deviceID: "dev_1", token: "u", at: start) == nil)
        #expect(memory.recall(deviceID: "dev_", token: "1t", at: start) == nil)
        #expect(memory.recall(deviceID: "dev_1", token: "t", at: start + .milliseconds(600_001)) == nil)
        #expect(memory.count == 0)
    }

    @Test("A revoked session and a refused token are forgotten")
    func forgotten() {
        var memory = AdmissionMemory(grace: .seconds(600))
        memory.allowed(deviceID: "dev_1", token: "t", response: response("ses_1"), at: start)
        memory.allowed(deviceID: "dev_1", token: "u", response: response("ses_2"), at: start)
        memory.revoked(sessionID: "ses_1")
        #expect(memory.recall(deviceID: "dev_1", token: "t", at: start) == nil)
        memory.refused(deviceID: "dev_1", token: "u")
        #expect(memory.count == 0)
    }

    @Test("The memory is bounded and gives up the oldest first")
    func bounded() {
        var memory = AdmissionMemory(grace: .seconds(600), capacity: 10)
        for index in 0..<25 {
            memory.allowed(
                deviceID: "dev_1", token: "\(index)", response: response("ses_\(index)"),
                at: start + .seconds(Int64(index)))
        }
        #expect(memory.count <= 10)
        #expect(memory.recall(deviceID: "dev_1", token: "24", at: start) != nil)
        #expect(memory.recall(deviceID: "dev_1", token: "0", at: start) == nil)
    }

    @Test("Without a grace nothing is remembered")
    func noGrace() {
        var memory = AdmissionMemory(grace: .zero)
        memory.allowed(deviceID: "dev_1", token: "t", response: response("ses_1"), at: start)
        #expect(memory.count == 0)
    }

    @Test("Only where the backend does not answer a known device comes in by memory")
    func decisions() async {
        let plane = FakeControlPlane()
        let admission = Admission(controlPlane: plane, grace: .seconds(600), now: { start })
        plane.onValidate { _ in .success(response("ses_1")) }
        #expect(await admission.decide(request("t"), requestID: "r") == .allowed(response("ses_1"), remembered: false))
        plane.onValidate { _ in .failure(ControlPlaneError(.backendUnavailable, "away")) }
        guard case .allowed(let known, remembered: true) = await admission.decide(request("t"), requestID: "r") else {
            Issue.record("the device is known")
            return
        }
        #expect(known.sessionID == "ses_1")
        #expect(await admission.decide(request("new"), requestID: "r") == .refused(.backendUnavailable))
        plane.onValidate { _ in .failure(ControlPlaneError(.unauthenticated, "no")) }
        #expect(await admission.decide(request("t"), requestID: "r") == .refused(.backendUnavailable))
        plane.onValidate { _ in .failure(ControlPlaneError(.refused, "no", refusal: .deviceBlocked)) }
        #expect(await admission.decide(request("t"), requestID: "r") == .refused(.deviceBlocked))
        plane.onValidate { _ in .failure(ControlPlaneError(.backendUnavailable, "away")) }
        #expect(await admission.decide(request("t"), requestID: "r") == .refused(.backendUnavailable))
    }

    @Test("A retry waits longer each time, with jitter, up to its bound, and not less than the backend asks")
    func retries() {
        var policy = RetryPolicy(first: .seconds(1), longest: .seconds(8))
        #expect((0..<6).map { _ in policy.failed(random: 1) } == [1, 2, 4, 8, 8, 8].map { .seconds($0) })
        #expect(policy.failed(random: 0) == .seconds(4))
        policy.succeeded()
        #expect(policy.failed(retryAfter: .seconds(5), random: 0.5) == .seconds(5))
        #expect(policy.failed(retryAfter: .seconds(5_000), random: 0.5) == .seconds(32))
    }

    @Test("A token or device id that the backend would not even read is an invalid token, whatever the backend does")
    func unreadable() async {
        let admission = Admission(controlPlane: FakeControlPlane(), grace: .zero)
        for (device, token) in [
            ("dev_1", String(repeating: "t", count: 8_193)), ("dev_1", "a\0b"),
            (String(repeating: "d", count: 201), "t"),
        ] {
            let request = ValidateDeviceRequest(
                deviceID: device, token: token, region: nil, clientVersion: nil, clientIP: nil)
            #expect(await admission.decide(request, requestID: "1") == .refused(.invalidToken))
        }
        #expect(await admission.decide(request("t"), requestID: "1") == .refused(.backendUnavailable))
    }

    @Test("A region or version that the backend would not read is left out", arguments: ["", "a\nb", "\u{85}"])
    func leftOut(text: String) {
        let odd = ValidateDeviceRequest(
            Hello(deviceID: "dev_1", token: "t", clientVersion: text, region: text), clientIP: nil)
        #expect(odd.region == nil && odd.clientVersion == nil)
        let good = ValidateDeviceRequest(
            Hello(deviceID: "dev_1", token: "t", clientVersion: "1.0", region: "eu"), clientIP: nil)
        #expect(good.region == "eu" && good.clientVersion == "1.0")
    }
}
