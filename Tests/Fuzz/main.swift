import Foundation

do {
    let options = try FuzzOptions(CommandLine.arguments.dropFirst())
    var run = FuzzRun(targets: try FuzzTargets.all(), options: options)
    exit(run.finish() ? 0 : 1)
} catch {
    print("httvps-fuzz: \(error)")
    print(FuzzOptions.usage)
    exit(64)
}
