namespace Mail.ConfigService.Requests;

/// <summary>RFC 6901.</summary>
internal static class JsonPointer
{
    /// <summary>The pointer to a field of what <paramref name="parent"/> points to.</summary>
    internal static string To(string parent, string field) =>
        $"{parent}/{field.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
