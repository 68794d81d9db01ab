extension AccessKey {
    package var link: String {
        let userInfo = LinkBase64.encode("\(method.rawValue):\(password)")
        var options: [String] = []
        if isOutline { options.append("outline=1") }
        if !prefix.isEmpty {
            let text = String(String.UnicodeScalarView(prefix.map { Unicode.Scalar($0) }))
            options.append("prefix=" + PercentEncoding.encode(text))
        }
        let query = options.isEmpty ? "" : "/?" + options.joined(separator: "&")
        let fragment = tag.map { "#" + PercentEncoding.encode($0) } ?? ""
        return "ss://\(userInfo)@\(AccessKeyHost.inURL(host)):\(port)\(query)\(fragment)"
    }
}
