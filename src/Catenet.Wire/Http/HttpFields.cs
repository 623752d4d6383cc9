using Catenet.Wire.Dissection;

namespace Catenet.Wire.Http;

/// <summary>The names under which HTTP/1 shows. Its fields are text of no fixed place, found line by line.</summary>
public static class HttpFields
{
    /// <summary>The table.</summary>
    public static readonly FieldTable Table = new("HTTP", "Hypertext Transfer Protocol", "http", 7, Array.Empty<Field>());
}
