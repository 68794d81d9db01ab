enum ServerText {
    static func sentence(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimming { $0 == " " || $0 == "\t" } }
        let sentence = lines.filter { !$0.isEmpty }.joined(separator: " ")
        return sentence.isEmpty ? "no reason was given" : sentence
    }
}

extension Substring {
    fileprivate func trimming(_ isBlank: (Character) -> Bool) -> Substring {
        var text = drop(while: isBlank)
        while let last = text.last, isBlank(last) { text = text.dropLast() }
        return text
    }
}
