package dev.sallyport.datapath;

import dev.sallyport.ftp.Endpoint;
import java.net.InetAddress;

/**
 * What two data paths of one gateway agree about, which tell peers ports of the same addresses: who waits for whom there, and which
 * ports rest. Thread-safe.
 */
public interface SharedPorts {

    RestingPorts resting();

    /**
     * Keeps a place, until it is released.
     *
     * @param from the address that will connect
     * @param told where to, as it is told
     * @return false when the other data path has it: a connection there would be that one's
     */
    boolean claim(InetAddress from, Endpoint told);

    /** Gives a claimed place back. */
    void release(InetAddress from, Endpoint told);

    /** Whether there is another data path, which tells nobody when it gives a place back. */
    default boolean shared() {
        return true;
    }

    /** Of a data path that is the only one. */
    static SharedPorts none() {
        record None(RestingPorts resting) implements SharedPorts {

            @Override
            public boolean claim(InetAddress from, Endpoint told) {
                return true;
            }

            @Override
            public void release(InetAddress from, Endpoint told) {}

            @Override
            public boolean shared() {
                return false;
            }
        }
        return new None(new RestingPorts(RestingPorts.TIME_WAIT));
    }
}
