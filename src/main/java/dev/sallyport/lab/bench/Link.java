package dev.sallyport.lab.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection of the load, in clear or with TLS, as its socket is: blocking or not. Of one thread. */
interface Link extends Closeable {

    /** What a selector is to watch. */
    SocketChannel socket();

    /** Goes on with what must be agreed on before anything is written. @return whether it is over */
    boolean ready() throws IOException;

    /** @return bytes read, 0 when there are none now, -1 when the peer has said that this was all */
    int read(ByteBuffer into) throws IOException;

    /** @return bytes taken, of which some may wait until there is another call */
    int write(ByteBuffer from) throws IOException;

    /** Says that this was all. @return whether everything before it, and this, has left */
    boolean end() throws IOException;

    /** A connection in clear ends when it is closed. */
    record Clear(SocketChannel socket) implements Link {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return socket.read(into);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return socket.write(from);
        }

        @Override
        public boolean end() {
            return true;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
