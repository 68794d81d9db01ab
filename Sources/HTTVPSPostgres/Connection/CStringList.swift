import Glibc

final class CStringList {
    private let strings: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) { self.strings = strings.map { strdup($0) } + [nil] }

    deinit { for string in strings { free(string) } }

    func withPointers<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
        let pointers = strings.map { $0.map { UnsafePointer($0) } }
        return withExtendedLifetime(self) { pointers.withUnsafeBufferPointer { body($0.baseAddress) } }
    }

    func withMutablePointers<Result>(_ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
        withExtendedLifetime(self) { body(strings) }
    }
}
