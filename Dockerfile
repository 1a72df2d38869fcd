# One image a service: docker build --build-arg SERVICE=ConfigService (or SchedulerService, SenderService) .

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
# What is restored changes seldom: a layer of its own, that a changed source file does not void.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY contracts/Contracts.csproj contracts/packages.lock.json contracts/
COPY store/Store.csproj store/packages.lock.json store/
COPY scheduler/PostgresScheduler.csproj scheduler/packages.lock.json scheduler/
COPY services/Hosting/Hosting.csproj services/Hosting/packages.lock.json services/Hosting/
COPY services/Messages/Messages.csproj services/Messages/packages.lock.json services/Messages/
COPY services/ConfigService/ConfigService.csproj services/ConfigService/packages.lock.json services/ConfigService/
COPY services/SchedulerService/SchedulerService.csproj services/SchedulerService/packages.lock.json services/SchedulerService/
COPY services/SenderService/SenderService.csproj services/SenderService/packages.lock.json services/SenderService/
RUN for service in ConfigService SchedulerService SenderService; do \
      dotnet restore "services/$service/$service.csproj" --locked-mode || exit 1; \
    done
# All three in one stage that does not know SERVICE, so that three images cost one build.
COPY . .
ARG SOURCE_COMMIT=
RUN for service in ConfigService SchedulerService SenderService; do \
      dotnet publish "services/$service/$service.csproj" -c Release --no-restore -p:SourceRevisionId="$SOURCE_COMMIT" -o "/app/$service" && ln -s "$service.dll" "/app/$service/service.dll" || exit 1; \
    done

# Nothing in it needs a shell or writes anywhere: it runs on a read-only file system, as a user without rights.
FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG SERVICE
COPY --from=build ["/app/${SERVICE:?say which: --build-arg SERVICE=ConfigService}/", "/app/"]
# Directory.Build.props says the version, and a test holds the two together.
ARG VERSION=1.0.0
ARG SOURCE_COMMIT=
LABEL org.opencontainers.image.title="Mail ${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${SOURCE_COMMIT}" \
      org.opencontainers.image.licenses="MIT"
ENV ASPNETCORE_HTTP_PORTS=8080 DOTNET_EnableDiagnostics=0
WORKDIR /app
USER $APP_UID
EXPOSE 8080
ENTRYPOINT ["dotnet", "service.dll"]
