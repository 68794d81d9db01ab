import Foundation

do {
    let options = try FuzzOptions(CommandLine.arguments.dropFirst())
    let targets = try FuzzTargets.all()
    if let folder = options.written {
        try Corpora(folder).write(targets)
        exit(0)
    }
    var run = FuzzRun(targets: targets, options: options)
    if let folder = options.corpora { try run.replay(Corpora(folder)) }
    exit(run.finish() ? 0 : 1)
} catch {
    print("httvps-fuzz: \(error)")
    print(FuzzOptions.usage)
    exit(64)
}
