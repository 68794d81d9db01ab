import Foundation
import HTTVPSProtocol
import NIOHTTP1

struct ValidationProbe: Sendable {
    private static let most = 200

    let http: HTTPDesk
    let stack: StackAddress
    let perSecond: Double
    let ledger: LoadLedger
    private let epoch = UUID().uuidString.lowercased()

    init(http: HTTPDesk, stack: StackAddress, perSecond: Double, ledger: LoadLedger) {
        self.http = http
        self.stack = stack
        self.perSecond = perSecond
        self.ledger = ledger
    }

    func run() async {
        var opened: [String] = []
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1 / perSecond))
            guard !Task.isCancelled else { break }
            do {
                opened.append(try await validate())
                if opened.count >= Self.most { try await end(&opened) }
            } catch {
                if !Task.isCancelled { ledger.fail("validate: \(FailureCode.name(of: error))", "\(error)") }
            }
        }
        let last = opened
        await Task { [last] in
            var opened = last
            try? await end(&opened)
        }.value
    }

    private func validate() async throws -> String {
        let body = ValidateDeviceRequest(
            deviceID: stack.deviceID, token: stack.deviceToken, region: nil, clientVersion: "load", clientIP: nil)
        let data = try JSONEncoder().encode(body)
        let start = ContinuousClock.now
        let answer = try await post(ControlPlanePath.validateDevice, data)
        ledger.note(.validate, .now - start)
        return try JSONDecoder().decode(ValidateDeviceResponse.self, from: answer).sessionID
    }

    private func end(_ sessions: inout [String]) async throws {
        let reports = sessions.map {
            SessionUsage(
                sessionID: $0, seq: 1, bytesUp: 0, bytesDown: 0, streamsOpened: 0, final: true, closeReason: "normal")
        }
        guard !reports.isEmpty else { return }
        _ = try await post(
            ControlPlanePath.usageReport, try JSONEncoder().encode(UsageReportRequest(epoch: epoch, reports: reports)))
        sessions.removeAll()
    }

    private func post(_ path: String, _ body: Data) async throws -> Data {
        let answer = try await http.exchange(.POST, stack.backend + path, token: stack.gatewayToken, body: body)
        guard answer.status == 200 else {
            let problem = String(decoding: answer.body, as: UTF8.self)
            throw LoadError(.backend, "\(path) answers \(answer.status): \(problem)")
        }
        return answer.body
    }
}
