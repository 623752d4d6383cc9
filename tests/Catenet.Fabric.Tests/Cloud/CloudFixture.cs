using Catenet.Core;
using Catenet.Fabric.Cloud;
using Catenet.Fabric.Links;
using Catenet.Kernel;

namespace Catenet.Fabric.Tests.Cloud;

/// <summary>Alice on the Internet, and a VPC with a public and a private subnet.</summary>
internal sealed class CloudFixture : IDisposable
{
    public static readonly InetAddress Elastic = InetAddress.Parse("203.0.113.10");

    public CloudFixture()
    {
        Alice = Network.Host("alice");
        Net = Network.Router("net");
        Network.Connect(Alice, "198.51.100.2/24, 2001:db8:a::2/64", Net, "198.51.100.1/24, 2001:db8:a::1/64");
        Alice.Routes.AddDefault(InetAddress.Parse("198.51.100.1"));
        Alice.Routes.AddDefault(InetAddress.Parse("2001:db8:a::1"));
        Vpc = new Vpc(Network.Loop, "aws", InetPrefix.Parse("10.0.0.0/16"), InetPrefix.Parse("2001:db8:c000::/56"));
        Gateway = Vpc.AddInternetGateway();
        var link = new Link(Network.Loop, "net.eth1", "aws.igw.uplink", LinkSettings.Of(1_000_000_000, Duration.FromMilliseconds(5)));
        Network.Plug(Net, link.A, "192.0.2.1/30, 2001:db8:f::1/64");
        Gateway.Connect(link.B, InetAddress.Parse("192.0.2.2"), 30, InetAddress.Parse("192.0.2.1"));
        Gateway.Connect(link.B, InetAddress.Parse("2001:db8:f::2"), 64, InetAddress.Parse("2001:db8:f::1"));
        Gateway.AddPool(InetPrefix.Parse("203.0.113.0/28"));
        foreach (var prefix in Gateway.Announced)
        {
            Net.Routes.Add(prefix, InetAddress.Parse(prefix.IsIPv4 ? "192.0.2.2" : "2001:db8:f::2"));
        }

        Web = Vpc.AddSubnet("web", InetPrefix.Parse("10.0.1.0/24"), InetPrefix.Parse("2001:db8:c000:1::/64"));
        Web.AddRoute(InetPrefix.AllIPv4, Gateway);
        Web.AddRoute(InetPrefix.AllIPv6, Gateway);
        Data = Vpc.AddSubnet("data", InetPrefix.Parse("10.0.2.0/24"), InetPrefix.Parse("2001:db8:c000:2::/64"));
        Network.Run(Duration.FromSeconds(3));
        Exchange = new Exchange(Network);
    }

    public Network Network { get; } = new();

    public Host Alice { get; }

    public Host Net { get; }

    public Vpc Vpc { get; }

    public InternetGateway Gateway { get; }

    public Subnet Web { get; }

    public Subnet Data { get; }

    public Exchange Exchange { get; }

    /// <summary>An instance in the public subnet with an elastic address that answers on UDP port 7.</summary>
    public Instance Bob(params SecurityGroup[] groups)
    {
        var bob = Web.Launch("bob", groups);
        Gateway.Associate(bob.Primary, Elastic);
        Exchange.Serve(bob.Host, 7);
        Exchange.Serve(bob.Host, 7, six: true);
        return bob;
    }

    public bool AliceReaches(ushort port = 7) => Exchange.Ask(Alice, Elastic, port) is not null;

    public void Dispose()
    {
        Exchange.Dispose();
        Network.Run(Duration.FromSeconds(10));
        Network.Loop.Packets.AssertNoLeaks();
    }
}
