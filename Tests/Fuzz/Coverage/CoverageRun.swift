import Foundation

enum CoverageRun {
    private static let variable = "HTTVPS_FUZZ_TARGET"

    static let target: any FuzzTarget = {
        let name = ProcessInfo.processInfo.environment[variable] ?? ""
        guard let target = try? FuzzTargets.all().first(where: { $0.slug == name }) else {
            fatalError("\(variable) names no target: \(name)")
        }
        return target
    }()

    static func check(_ input: [UInt8]) {
        var random = Seeded(of: input)
        do throws(FuzzFinding) {
            _ = try target.check(input, &random)
        } catch {
            fatalError("\(target.name): \(error)")
        }
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
func checkOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    CoverageRun.check(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
