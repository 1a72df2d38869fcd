using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Attachments;

/// <summary>Attachments as a caller uploads and names them.</summary>
internal static class Uploads
{
    internal static async Task<Api.Answer> UploadAsync(
        this Api api, string client, byte[] bytes, string? type = null, params (string Name, string Value)[] headers)
    {
        using var content = new ByteArrayContent(bytes);
        if (type is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await api.SendAsync(HttpMethod.Post, $"client/{client}/attachments", content, headers);
    }

    /// <summary>Uploads bytes. Returns their id.</summary>
    internal static async Task<string> UploadedAsync(this Api api, string client, byte[] bytes, string? type = null)
    {
        var answer = await api.UploadAsync(client, bytes, type);
        Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.OK, answer.ToString());
        return (string)answer.Json["id"]!;
    }

    internal static string IdOf(byte[] bytes) => $"sha256-{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    internal static JsonObject WithAttachments(this JsonObject email, params JsonObject[] attachments)
    {
        email["attachments"] = new JsonArray([.. attachments]);
        return email;
    }

    internal static JsonObject ById(string id, string filename, string? type = null, string? contentId = null) =>
        Named(new() { ["id"] = id }, filename, type, contentId);

    internal static JsonObject Along(byte[] bytes, string filename, string? type = null, string? contentId = null) =>
        Named(new() { ["content"] = Convert.ToBase64String(bytes) }, filename, type, contentId);

    private static JsonObject Named(JsonObject attachment, string filename, string? type, string? contentId)
    {
        attachment["filename"] = filename;
        if (type is not null)
            attachment["content_type"] = type;
        if (contentId is not null)
            attachment["content_id"] = contentId;
        return attachment;
    }
}
