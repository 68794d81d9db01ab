import Foundation
import UnixSignals

@main
enum HTTVPSLoad {
    static func main() async {
        let progress = ProgressLine()
        let environment = ProcessInfo.processInfo.environment
        do {
            let plan = try LoadPlan.reading(environment)
            let stack = try StackAddress.reading(environment)
            try OpenFileNeed(sessions: plan.sessions).raise()
            let http = HTTPDesk()
            let run = LoadRun(plan: plan, stack: stack, http: http, progress: progress)
            let outcome = try await Interruption.watching { try await run.run() }
            try LoadFiles(folder: plan.folder).write(outcome)
            progress.say(
                "\n\(LoadTable(outcome: outcome).text)\n\nplot and table: \(plan.folder)/load.svg, load.txt, load.csv")
            exit(outcome.wasStopped ? 130 : outcome.figures.isClean ? 0 : 1)
        } catch {
            FileHandle.standardError.write(Data("\nhttvps-load: \(error)\n".utf8))
            exit((error as? LoadError)?.status ?? (error is CancellationError ? 130 : 1))
        }
    }
}

extension LoadError {
    fileprivate var status: Int32 {
        switch code {
        case .configuration, .openFiles: 78
        default: 1
        }
    }
}
