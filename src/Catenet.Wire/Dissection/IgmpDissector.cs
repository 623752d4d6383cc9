using System.Globalization;
using Catenet.Wire.Internet.Multicast;

namespace Catenet.Wire.Dissection;

/// <summary>IGMP, and the group records that it has in common with MLD.</summary>
internal static class IgmpDissector
{
    public static Layer Dissect(Scope scope)
    {
        bool isReport = !scope.Data.IsEmpty && scope.Data[0] == IgmpType.ReportV3;
        var layer = new Layer(isReport ? IgmpFields.ReportV3 : IgmpFields.Table, scope, scope.Data.Length);
        if (!IgmpView.TryParse(scope.Data, out var igmp))
        {
            if (!scope.IsCut)
            {
                layer.Malformed(scope.Data.Length < IgmpView.Size ? Reason.TooShort(IgmpView.Size, scope.Data.Length) : "the sources or records do not fit the message");
            }

            return layer;
        }

        layer.Checksum = scope.Ip is not { IsWhole: true } ? ChecksumStatus.Unverified : igmp.HasValidChecksum ? ChecksumStatus.Good : ChecksumStatus.Bad;
        layer.Summary = Describe(igmp);
        for (int i = 0; i < igmp.SourceCount; i++)
        {
            layer.Add(scope.Field("Source address", "igmp.saddr", igmp.Source(i).ToString(), IgmpView.QueryV3Size + 4 * i, 4));
        }

        Records(layer, scope, igmp.Records, IgmpView.Size, "igmp");
        return layer;
    }

    /// <summary>A message in words.</summary>
    public static string Describe(in IgmpView igmp)
    {
        string type = IgmpType.Name(igmp.Type) ?? string.Create(CultureInfo.InvariantCulture, $"type {igmp.Type}");
        return igmp.Type == IgmpType.ReportV3 ? type : igmp.Group.IsUnspecified ? "general " + type : $"{type} {igmp.Group}";
    }

    /// <summary>Adds the records of a report.</summary>
    public static void Records(Layer layer, Scope scope, GroupRecordEnumerator records, int start, string prefix)
    {
        foreach (var record in records)
        {
            string value = string.Create(CultureInfo.InvariantCulture, $"{record.Group} {record.Type}, {record.SourceCount} sources");
            layer.Add(scope.Field("Group record", prefix + ".record_type", value, start, record.Length, (ulong)record.Type));
            start += record.Length;
        }
    }
}
