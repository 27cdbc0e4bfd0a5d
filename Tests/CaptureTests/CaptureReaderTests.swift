import Capture
import Testing

@Suite struct CaptureReaderTests {}
