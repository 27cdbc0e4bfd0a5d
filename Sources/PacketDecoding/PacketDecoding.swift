// PacketDecoding: see ARCHITECTURE.md.
