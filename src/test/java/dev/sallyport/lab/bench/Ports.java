package dev.sallyport.lab.bench;

/** Ports below the ephemeral range, different for each process that runs tests on one machine at the same time. */
final class Ports {
    private Ports() {}

    /** The first of a hundred ports for the {@code use}th user (0 to 1) within this process. */
    static int base(int use) {
        return 11_000 + (int) (ProcessHandle.current().pid() % 100) * 200 + use * 100;
    }
}
