import Diagnostics
import ManifestReading
import Testing

@Suite struct InputTextTests {
    private func utf16(_ text: String, highByteFirst: Bool) -> [UInt8] {
        ("\u{feff}" + text).utf16.flatMap { unit in
            let bytes = [UInt8(unit >> 8), UInt8(unit & 0xff)]
            return highByteFirst ? bytes : bytes.reversed()
        }
    }

    @Test func byteOrderMarkIsNoText() {
        for text in ["a: 1\nb: x\n", "{\"a\":1,\n\"b\":\"x\"}"] {
            let manifest = read("\u{feff}" + text)
            #expect(manifest.rendered == ["{a:i1,b:\"x\"}"])
            #expect(manifest.tree.documents.first?.place == "1:1")
        }
    }

    @Test(arguments: [true, false]) func utf16(highByteFirst: Bool) {
        #expect(read(bytes: utf16("ä: 😀\n", highByteFirst: highByteFirst)).rendered == ["{ä:\"😀\"}"])
        #expect(read(bytes: utf16("{\"ä\": \"😀\"}", highByteFirst: highByteFirst)).rendered == ["{ä:\"😀\"}"])
    }

    @Test func brokenUTF16() {
        #expect(read(bytes: utf16("a: 1", highByteFirst: true) + [0]).findings == ["1:5 error invalid-encoding"])
        let lone = utf16("a\nb", highByteFirst: true) + [0xd8, 0x3d, 0, 0x20]
        #expect(read(bytes: lone).findings == ["2:2 error invalid-encoding"])
    }

    @Test(arguments: ["{}", "[]", " \n\t\r {}", "\u{feff}{}"]) func readAsJSON(text: String) {
        #expect(read(text).isJSON)
    }

    @Test(arguments: ["--- {}", "a: {}", "", "#{", "- []"]) func readAsYAML(text: String) {
        #expect(!read(text).isJSON)
    }
}
