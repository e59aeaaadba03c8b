package dev.sallyport.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ServerSocketFactory;
import org.apache.commons.net.DefaultSocketFactory;
import org.jspecify.annotations.Nullable;

/** Sockets that claim to lead to one port, whichever it is: the JDK resumes a TLS session with the same host and port alone. */
record OnePort(int port) {

    Socket socket() {
        return new Socket() {
            @Override
            public int getPort() {
                return port;
            }
        };
    }

    /** Makes those that connect. */
    DefaultSocketFactory connecting() {
        return new DefaultSocketFactory() {
            @Override
            public Socket createSocket() {
                return socket();
            }
        };
    }

    /** Makes those that listen for them. */
    ServerSocketFactory listening() {
        return new ServerSocketFactory() {
            @Override
            public ServerSocket createServerSocket(int listen) throws IOException {
                return createServerSocket(listen, 0);
            }

            @Override
            public ServerSocket createServerSocket(int listen, int backlog) throws IOException {
                return createServerSocket(listen, backlog, null);
            }

            @Override
            public ServerSocket createServerSocket(int listen, int backlog, @Nullable InetAddress address) throws IOException {
                return new ServerSocket(listen, backlog, address) {
                    @Override
                    public Socket accept() throws IOException {
                        var accepted = socket();
                        implAccept(accepted);
                        return accepted;
                    }
                };
            }
        };
    }
}
