namespace Mail.ConfigService.Attachments;

internal static class AttachmentsExtensions
{
    internal static void AddAttachments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(AttachmentLimits.From(configuration));
        services.AddSingleton<UploadTurns>();
        services.AddSingleton<UploadAttachment>();
    }

    internal static void MapAttachments(this RouteGroupBuilder api)
    {
        UploadAttachment.Map(api);
        DownloadAttachment.Map(api);
    }
}
