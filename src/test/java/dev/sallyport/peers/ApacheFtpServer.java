package dev.sallyport.peers;

import java.nio.file.Path;
import java.util.List;
import org.apache.ftpserver.ConnectionConfigFactory;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.Authority;
import org.apache.ftpserver.ftplet.UserManager;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.usermanager.ClearTextPasswordEncryptor;
import org.apache.ftpserver.usermanager.PropertiesUserManagerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.ConcurrentLoginPermission;
import org.apache.ftpserver.usermanager.impl.WritePermission;

/** Apache FtpServer, inside this JVM. */
final class ApacheFtpServer implements ServerProgram {

    @Override
    public String name() {
        return "apache-ftpserver";
    }

    @Override
    public ActiveSourcePort activeSourcePort() {
        return ActiveSourcePort.STRICT;
    }

    @Override
    public boolean anonymousReads() {
        return true;
    }

    @Override
    public RunningServer start(Family family, String address, int port, Path root, Path work) throws Exception {
        var data = new DataConnectionConfigurationFactory();
        data.setActiveLocalPort(port - 1);
        var listener = new ListenerFactory();
        listener.setServerAddress(address);
        listener.setPort(port);
        listener.setDataConnectionConfiguration(data.createDataConnectionConfiguration());
        var connections = new ConnectionConfigFactory();
        connections.setLoginFailureDelay(0);

        var factory = new FtpServerFactory();
        factory.addListener("default", listener.createListener());
        factory.setConnectionConfig(connections.createConnectionConfig());
        factory.setUserManager(users(root));
        var server = factory.createServer();
        server.start();
        return RunningServer.embedded(new ControlEndpoint(address, port), root, server::stop);
    }

    private static UserManager users(Path root) throws Exception {
        var factory = new PropertiesUserManagerFactory();
        factory.setPasswordEncryptor(new ClearTextPasswordEncryptor());
        var users = factory.createUserManager();
        Authority anySessions = new ConcurrentLoginPermission(0, 0);
        users.save(user(USER, PASSWORD, root, List.of(anySessions, new WritePermission())));
        users.save(user("anonymous", "", root, List.of(anySessions)));
        return users;
    }

    private static BaseUser user(String name, String password, Path root, List<Authority> authorities) {
        var user = new BaseUser();
        user.setName(name);
        user.setPassword(password);
        user.setHomeDirectory(root.toString());
        user.setAuthorities(authorities);
        return user;
    }
}
