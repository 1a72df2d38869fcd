namespace Mail.ConfigService.Emails;

internal static class EmailsExtensions
{
    internal static void AddEmails(this IServiceCollection services)
    {
        services.AddSingleton<EmailAttachments>();
        services.AddSingleton<CreateEmail>();
        services.AddSingleton<CreateGroup>();
        services.AddSingleton<CancelGroup>();
        services.AddSingleton<CreateBatch>();
        services.AddSingleton<CancelEmail>();
        services.AddSingleton<RescheduleEmail>();
        services.AddSingleton<ResendEmail>();
        services.AddSingleton<DismissEmail>();
        services.AddSingleton<SearchEmails>();
    }

    internal static void MapEmails(this RouteGroupBuilder api)
    {
        CreateEmail.Map(api);
        CreateBatch.Map(api);
        ListEmails.Map(api);
        GetEmail.Map(api);
        CancelEmail.Map(api);
        RescheduleEmail.Map(api);
        ResendEmail.Map(api);
        DismissEmail.Map(api);
        ProcessDue.Map(api);
    }
}
