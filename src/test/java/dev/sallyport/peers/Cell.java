package dev.sallyport.peers;

/** One place in the matrix. */
record Cell(ClientProgram client, ServerProgram server, TransferMode mode, Family family) {

    /** A name that serves as a directory's. */
    @Override
    public String toString() {
        return String.join("-", client.name(), server.name(), mode.name(), family.name());
    }
}
