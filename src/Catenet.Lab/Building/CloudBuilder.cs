using Catenet.Lab.Forms;
using Catenet.Lab.Model;

namespace Catenet.Lab.Building;

/// <summary>Builds a cloud, in the words of lab files.</summary>
public sealed class CloudBuilder
{
    internal CloudBuilder(Cloud cloud) => Cloud = cloud;

    internal Cloud Cloud { get; private set; }

    /// <summary>Adds a block of the other family.</summary>
    public CloudBuilder Vpc(string prefix) => Set(Cloud with { Vpc = Cloud.Vpc.Add(Written.As(Scalars.Prefix, prefix)) });

    /// <summary>Attaches an internet gateway to a router.</summary>
    public CloudBuilder Igw(string router) => Set(Cloud with { Igw = router });

    /// <summary>Adds a subnet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cidr">Its block, inside the cloud's.</param>
    /// <param name="nacl">Its network ACL, or none.</param>
    /// <param name="toIgw">Blocks that it routes to the internet gateway: <c>0.0.0.0/0</c>.</param>
    public CloudBuilder Subnet(string name, string cidr, string? nacl = null, params string[] toIgw) => Set(Cloud with
    {
        Subnets = Cloud.Subnets.Add(new CloudSubnet
        {
            Name = name,
            Cidr = [Written.As(Scalars.Prefix, cidr)],
            Nacl = nacl,
            Routes = [.. toIgw.Select(p => new CloudRoute(Written.As(Scalars.Prefix, p), CloudRouteTarget.Igw))],
        }),
    });

    /// <summary>Adds a network ACL: <c>100 allow tcp 443 from any</c>.</summary>
    public CloudBuilder Nacl(string name, string[] @in, string[] @out) => Set(Cloud with
    {
        Nacls = Cloud.Nacls.Add(new NetworkAcl
        {
            Name = name,
            In = [.. @in.Select(r => Written.As(Rules.NaclIn, r))],
            Out = [.. @out.Select(r => Written.As(Rules.NaclOut, r))],
        }),
    });

    /// <summary>Adds a security group: <c>tcp 443 from any</c>. Without <paramref name="out"/> everything may go out.</summary>
    public CloudBuilder SecurityGroup(string name, string[] @in, string[]? @out = null) => Set(Cloud with
    {
        SecurityGroups = Cloud.SecurityGroups.Add(new SecurityGroup
        {
            Name = name,
            In = [.. @in.Select(r => Written.As(Rules.GroupIn, r))],
            Out = @out is null ? null : [.. @out.Select(r => Written.As(Rules.GroupOut, r))],
        }),
    });

    /// <summary>Adds an instance.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="subnet">The subnet it is in.</param>
    /// <param name="eip">Its public address: <c>auto</c>, an address, or null for none.</param>
    /// <param name="groups">Its security groups.</param>
    /// <param name="apps">Its services.</param>
    public CloudBuilder Instance(string name, string subnet, string? eip = null, string[]? groups = null, params App[] apps) => Set(Cloud with
    {
        Instances = Cloud.Instances.Add(new Instance
        {
            Name = Written.As(Scalars.Name, name),
            Subnet = subnet,
            Eip = eip is null ? null : Written.As(CloudForms.Eip, eip),
            SecurityGroups = [.. groups ?? []],
            Apps = [.. apps],
        }),
    });

    private CloudBuilder Set(Cloud cloud)
    {
        Cloud = cloud;
        return this;
    }
}
