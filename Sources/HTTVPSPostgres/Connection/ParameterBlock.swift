struct ParameterBlock {
    private var storage: [UInt8] = []
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(_ binds: [SQLValue]) {
        for bind in binds {
            switch bind.payload {
            case .null: append(nil, format: 0)
            case .text(let text): append(text.utf8, format: 0)
            case .bytes(let bytes): append(bytes, format: 1)
            }
        }
    }

    private mutating func append(_ bytes: (some Collection<UInt8>)?, format: Int32) {
        offsets.append(bytes == nil ? nil : storage.count)
        lengths.append(Int32(clamping: bytes?.count ?? 0))
        formats.append(format)
        guard let bytes else { return }
        storage.append(contentsOf: bytes)
        storage.append(0)
    }

    private mutating func append(_ bytes: [UInt8]?, format: Int32) {
        append(bytes.map { $0[...] }, format: format)
    }

    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        storage.withUnsafeBytes { bytes in
            let values = offsets.map { offset in
                offset.flatMap { bytes.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
