import ArgumentParser
import HTTVPSClient

enum ExitStatus: Int32, CaseIterable {
    struct Failure: Error {
        var status: ExitStatus
        var message: String
        var mayBeDone = false

        func adding(_ line: String) -> Failure {
            Failure(status: status, message: "\(message)\n        \(line)", mayBeDone: mayBeDone)
        }
    }

    case declined = 1
    case usage = 64
    case rejected = 65
    case unreachable = 69
    case output = 74
    case temporary = 75
    case refused = 77
    case configuration = 78
    case notExecutable = 126
    case notFound = 127

    static let afterSignal: Int32 = 128

    private static let passingReasons: Set<String> = [
        "draining", "overloaded", "backend_unavailable", "session_limit", "no_egress_available",
    ]
    private static let forbiddenTarget = "denied_by_policy"
    private static let finalReasons: Set<String> = ["quota_exceeded", "revoked", "replaced"]

    init?(_ error: ClientError) {
        switch error.code {
        case .stopped: return nil
        case .configuration: self = .configuration
        case .unreachable: self = .unreachable
        case .timeout: self = .temporary
        case .streamClosed: self = error.reason == Self.forbiddenTarget ? .refused : .temporary
        case .refused: self = Self.passingReasons.contains(error.reason ?? "") ? .temporary : .refused
        case .sessionEnded: self = Self.isFinal(error) ? .refused : .unreachable
        }
    }

    static func code(ofWaitStatus status: Int32) -> Int32 {
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : afterSignal + signal
    }

    private static func isFinal(_ error: ClientError) -> Bool {
        finalReasons.contains(error.reason ?? "") || finalReasons.contains(error.message)
    }
}

extension ExitStatus {
    static func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ClientError {
            guard let status = ExitStatus(error) else { return }
            Terminal.complain("\(error)")
            throw ExitCode(status.rawValue)
        } catch let failure as Failure {
            Terminal.complain(failure.message)
            throw ExitCode(failure.status.rawValue)
        } catch let ended as Interruption.Ended {
            Terminal.complain(ended.message)
            throw ExitCode(afterSignal + ended.signal)
        } catch let code as ExitCode {
            throw code
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode.failure
        }
    }
}
