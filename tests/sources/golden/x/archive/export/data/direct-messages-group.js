window.YTD.direct_messages_group.part0 = [
  {
    "dmConversation": {
      "conversationId": "555",
      "messages": [
        {
          "conversationNameUpdate": {
            "initiatingUserId": "2000",
            "name": "Choir",
            "createdAt": "2026-01-05T10:05:00.000Z"
          }
        },
        {
          "messageCreate": {
            "id": "97",
            "senderId": "4000",
            "text": "all here",
            "createdAt": "2026-01-05T10:04:00.000Z"
          }
        },
        {
          "participantsJoin": {
            "initiatingUserId": "2000",
            "userIds": [
              "4000"
            ],
            "createdAt": "2026-01-05T10:03:00.000Z"
          }
        },
        {
          "joinConversation": {
            "initiatingUserId": "2000",
            "participantsSnapshot": [
              "1000",
              "2000"
            ],
            "createdAt": "2026-01-05T10:02:00.000Z"
          }
        }
      ]
    }
  }
]