package dev.sallyport.peers;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.commons.net.ftp.FTPSClient;
import org.jspecify.annotations.Nullable;

/**
 * commons-net's FTPS, whose data connections resume the TLS session of the control connection as far as the JDK does so, which
 * commons-net by itself does not have it do. The JDK uses a ticket of TLS 1.3 once, and reads no newer one where it only writes.
 */
class ResumingFtpsClient extends FTPSClient {

    private final SSLContext context;
    private final FtpsSecurity security;

    ResumingFtpsClient(FtpsSecurity security) throws GeneralSecurityException {
        this(security, FtpsCaller.context(security.protocol()));
    }

    private ResumingFtpsClient(FtpsSecurity security, SSLContext context) {
        super(security.implicit(), context);
        this.security = security;
        this.context = context;
        setEnabledProtocols(new String[] {security.protocol()});
    }

    /** Agrees on what data connections have. */
    void protect() throws IOException {
        execPBSZ(0);
        execPROT(security.prot());
        var port = new OnePort(getRemotePort());
        setSocketFactory(port.connecting());
        setServerSocketFactory(port.listening());
    }

    @Override
    protected @Nullable Socket _openDataConnection_(String command, String argument) throws IOException {
        var plain = super._openDataConnection_(command, argument);
        if (plain == null || !security.dataPrivate()) {
            return plain;
        }
        var secured = (SSLSocket) context.getSocketFactory().createSocket(plain, _hostname_, plain.getPort(), true);
        secured.setEnabledProtocols(getEnabledProtocols());
        secured.startHandshake();
        return secured;
    }
}
