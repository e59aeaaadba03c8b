package dev.sallyport.lab.bench.traffic;

/** An end of a connection. @param address four bytes, or sixteen */
record Host(byte[] address, int port) {

    /** RFC 5737: one of 253 that are there for documentation. */
    static Host four(int third, int number, int port) {
        var first = third == 0 ? new byte[] {(byte) 192, 0, 2, 0} : new byte[] {(byte) 198, 51, 100, 0};
        first[3] = (byte) (1 + number % 253);
        return new Host(first, port);
    }

    /** RFC 3849. */
    static Host six(int third, int number, int port) {
        var address = new byte[16];
        address[0] = 0x20;
        address[1] = 0x01;
        address[2] = 0x0d;
        address[3] = (byte) 0xb8;
        address[5] = (byte) third;
        address[14] = (byte) (1 + number >> 8);
        address[15] = (byte) (1 + number);
        return new Host(address, port);
    }

    Host at(int other) {
        return new Host(address, other);
    }
}
